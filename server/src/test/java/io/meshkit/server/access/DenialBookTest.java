package io.meshkit.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Times;
import io.meshkit.v1.DeniedAttempt;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DenialBookTest {
    private final AtomicLong nowMs = new AtomicLong(1_000);
    private final DenialBook book = new DenialBook("node-1", 4, nowMs::get);

    private boolean forbidden(String actor, String verb) {
        return book.add(ErrorCode.FORBIDDEN, actor, "token/t-1", verb, actor + " may not use " + verb);
    }

    @Test
    void add_again_countsAndKeepsTheLastMessage() {
        forbidden("bob", "CordonPeer");
        nowMs.set(5_000);
        book.add(ErrorCode.FORBIDDEN, "bob", "token/t-1", "CordonPeer", "not on this record");
        forbidden("bob", "DrainPeer");

        List<DeniedAttempt> taken = book.take(64);

        assertThat(taken.getFirst())
                .isEqualTo(DeniedAttempt.newBuilder()
                        .setActor("bob")
                        .setCredential("token/t-1")
                        .setVerb("CordonPeer")
                        .setCode("FORBIDDEN")
                        .setMessage("not on this record")
                        .setCount(2)
                        .setFirstAt(Times.timestamp(1_000))
                        .setLastAt(Times.timestamp(5_000))
                        .setNode("node-1")
                        .build());
        assertThat(taken).extracting(DeniedAttempt::getVerb).containsExactly("CordonPeer", "DrainPeer");
        assertThat(book.take(64)).isEmpty();
    }

    @Test
    void add_ofNobody_isOneRowWhateverTheVerb() {
        for (int i = 0; i < 1_000; i++) {
            book.add(ErrorCode.UNAUTHENTICATED, "nobody", "", "verb-" + i, "no credential was given");
        }
        assertThat(book.take(64)).singleElement().satisfies(row -> {
            assertThat(row.getCount()).isEqualTo(1_000);
            assertThat(row.getVerb()).isEqualTo("verb-999");
        });
    }

    @Test
    void add_beyondWhatIsHeld_isCountedInOneRow() {
        for (int i = 0; i < 100; i++) {
            assertThat(forbidden("actor-" + i, "CordonPeer")).isEqualTo(i < 4);
        }
        List<DeniedAttempt> taken = book.take(64);
        assertThat(taken).hasSize(5);
        assertThat(taken.getLast().getActor()).isEmpty();
        assertThat(taken.getLast().getCount()).isEqualTo(96);
    }

    @Test
    void take_fewerThanAreHeld_leavesTheRestForTheNext() {
        List.of("a", "b", "c", "d", "e").forEach(actor -> forbidden(actor, "CordonPeer"));
        assertThat(book.take(3)).extracting(DeniedAttempt::getActor).containsExactly("a", "b", "");
        forbidden("a", "CordonPeer");
        assertThat(book.take(2)).extracting(DeniedAttempt::getActor).containsExactly("c", "d");
        assertThat(book.take(2)).extracting(DeniedAttempt::getActor).containsExactly("a");
    }

    @Test
    void add_fromManyThreads_losesNothing() throws Exception {
        List<DeniedAttempt> taken = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int caller = 0; caller < 8; caller++) {
                String actor = "actor-" + caller;
                all.add(callers.submit(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        forbidden(actor, "verb-" + i % 3);
                    }
                }));
            }
            while (all.stream().anyMatch(one -> !one.isDone())) {
                taken.addAll(book.take(3));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        taken.addAll(book.take(64));
        assertThat(taken.stream().mapToLong(DeniedAttempt::getCount).sum()).isEqualTo(40_000);
    }

    @Test
    void clip_isPrintableAndBounded() {
        assertThat(DenialBook.clip("a\nb\u0000c", 10)).isEqualTo("a b c");
        assertThat(DenialBook.clip("ééé", 5)).isEqualTo("éé");
        assertThat(DenialBook.clip("\ud83d\ude00\ud83d\ude00", 7)).isEqualTo("\ud83d\ude00");
        assertThat(DenialBook.clip("x\ud83d", 10)).isEqualTo("x ");
        assertThat(DenialBook.clip("x".repeat(9_000), 512).getBytes(StandardCharsets.UTF_8))
                .hasSize(512);
    }
}
