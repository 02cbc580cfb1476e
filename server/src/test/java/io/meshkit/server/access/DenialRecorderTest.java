package io.meshkit.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.kernel.Journal;
import io.meshkit.server.verbs.FakeReplica;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.DeniedAttempt;
import io.meshkit.v1.ErrorDetail;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DenialRecorderTest {
    private final FakeReplica replica = new FakeReplica();
    private final DenialBook book = new DenialBook("node-1", 64, () -> 1_000);
    private final Denials denials = new Denials(new MetricRegistry(), book);
    private final List<Command> submitted = new ArrayList<>();
    /** What the log fails with before it works. */
    private final List<RegistryException> failures = new ArrayList<>();

    private boolean appliesBeforeItFails;
    private boolean begun = true;
    private final DenialRecorder recorder = new DenialRecorder(
            book, this::submit, () -> begun, new DenialRecorder.Limits(3_600_000, 32), denials.unrecorded());

    private CommandOutcome submit(Command command, long deadlineMs) {
        submitted.add(command);
        if (failures.isEmpty()) {
            return replica.apply(command);
        }
        if (appliesBeforeItFails) {
            replica.apply(command);
        }
        throw failures.removeFirst();
    }

    private void deny(ErrorCode code, String actor, String verb) {
        denials.note(RegistryException.detail(code, "no", "").build(), actor, "token/t-1", verb);
    }

    private List<AuditEntry> journal() {
        List<AuditEntry> entries = new ArrayList<>();
        try (StoreSnapshot view = replica.snapshot()) {
            Journal.scan(view, 0, Long.MAX_VALUE, entries::add);
        }
        return entries;
    }

    @Test
    void flush_writesOneEntryWithoutAChange() {
        deny(ErrorCode.FORBIDDEN, "bob", "CordonPeer");
        deny(ErrorCode.FORBIDDEN, "bob", "CordonPeer");
        deny(ErrorCode.UNAUTHENTICATED, "nobody", "GetPeer");
        recorder.flush(1_000);
        recorder.flush(1_000);

        assertThat(journal()).singleElement().satisfies(entry -> {
            assertThat(entry.getActor()).isEqualTo("meshkit:denials");
            assertThat(entry.getVerb()).isEqualTo("RecordDenials");
            assertThat(entry.getChangesList()).isEmpty();
            assertThat(entry.getDeniedList())
                    .extracting(DeniedAttempt::getCount)
                    .containsExactly(2L, 1L);
        });
        assertThat(denials.unrecorded().getCount()).isZero();
    }

    @Test
    void flush_answerLost_tellsNothingTwice() {
        appliesBeforeItFails = true;
        failures.add(RegistryException.of(ErrorCode.LEADERSHIP_LOST, "lost", ""));
        deny(ErrorCode.FORBIDDEN, "bob", "CordonPeer");
        recorder.flush(1_000);
        deny(ErrorCode.FORBIDDEN, "bob", "CordonPeer");
        recorder.flush(1_000);
        recorder.flush(1_000);

        assertThat(submitted).hasSize(3);
        assertThat(submitted.get(1)).isEqualTo(submitted.get(0));
        assertThat(journal()).hasSize(2);
        assertThat(journal()).allMatch(entry -> entry.getDenied(0).getCount() == 1);
    }

    @Test
    void flush_noLeader_keepsThemUntilThereIsOne() {
        failures.add(RegistryException.of(ErrorCode.NO_LEADER, "none", ""));
        deny(ErrorCode.FORBIDDEN, "bob", "CordonPeer");
        recorder.flush(1_000);
        assertThat(journal()).isEmpty();
        recorder.flush(1_000);
        assertThat(journal()).hasSize(1);
    }

    @Test
    void flush_beforeTheFirstAccessRecords_writesNothing() {
        begun = false;
        deny(ErrorCode.FORBIDDEN, "bob", "CordonPeer");
        recorder.flush(1_000);
        assertThat(submitted).isEmpty();
        begun = true;
        recorder.flush(1_000);
        assertThat(journal()).hasSize(1);
    }

    @Test
    void flush_refused_isCountedAsUnrecorded() {
        Counter unrecorded = new Counter();
        DenialRecorder refused = new DenialRecorder(
                book,
                (command, ms) -> CommandOutcome.newBuilder()
                        .setRejection(ErrorDetail.newBuilder().setCode("INVALID_REQUEST"))
                        .build(),
                () -> true,
                new DenialRecorder.Limits(3_600_000, 32),
                unrecorded);
        deny(ErrorCode.FORBIDDEN, "bob", "CordonPeer");
        deny(ErrorCode.FORBIDDEN, "bob", "CordonPeer");
        refused.flush(1_000);
        assertThat(unrecorded.getCount()).isEqualTo(2);
        assertThat(book.take(64)).isEmpty();
    }

    @Test
    void flood_ofDenials_isOneSmallEntryPerFlush_andNothingIsLost() {
        int attempts = 200_000;
        for (int i = 0; i < attempts; i++) {
            boolean known = i % 2 == 0;
            deny(
                    known ? ErrorCode.FORBIDDEN : ErrorCode.UNAUTHENTICATED,
                    known ? "actor-" + i % 1_000 : "somebody unknown",
                    "verb-" + i % 97);
        }
        recorder.flush(1_000);
        assertThat(journal()).singleElement().satisfies(entry -> {
            assertThat(entry.getDeniedCount()).isLessThanOrEqualTo(32);
            assertThat(entry.getSerializedSize()).isLessThan(32 << 10);
        });
        recorder.flush(1_000);
        recorder.flush(1_000);
        recorder.flush(1_000);

        List<DeniedAttempt> told = journal().stream()
                .flatMap(entry -> entry.getDeniedList().stream())
                .toList();
        assertThat(journal()).hasSize(3);
        assertThat(told.stream().mapToLong(DeniedAttempt::getCount).sum()).isEqualTo(attempts);
        assertThat(told.stream()
                        .filter(row -> row.getActor().isEmpty())
                        .mapToLong(DeniedAttempt::getCount)
                        .sum())
                .isEqualTo(denials.unrecorded().getCount())
                .isPositive();
    }

    @Test
    void thread_flushesAtIntervals_andAtLastWhenItIsClosed() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        DenialRecorder live = new DenialRecorder(
                        book,
                        (command, ms) -> {
                            CommandOutcome outcome = replica.apply(command);
                            first.countDown();
                            return outcome;
                        },
                        () -> true,
                        new DenialRecorder.Limits(20, 32),
                        denials.unrecorded())
                .start();
        try (live) {
            deny(ErrorCode.FORBIDDEN, "bob", "CordonPeer");
            assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
            deny(ErrorCode.FORBIDDEN, "bob", "DrainPeer");
        }
        assertThat(journal()).hasSize(2);
    }
}
