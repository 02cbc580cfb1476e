package io.meshkit.domain;

import static io.meshkit.api.ErrorCode.INVALID_REQUEST;
import static io.meshkit.api.ErrorCode.NOT_FOUND;
import static io.meshkit.api.ErrorCode.PRECONDITION_FAILED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Journal;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.Keys;
import io.meshkit.storage.Table;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.CompactJournalRequest;
import io.meshkit.v1.LogEntry;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.TransactRequest;
import io.meshkit.v1.TransactionOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RegistryStateMachineTest {
    private static Command command(Message request, String requestId) {
        return Commands.withRequestId(Commands.wrap(request, "alice"), requestId);
    }

    @Test
    void apply_firstCommand_makesRevisionOne() {
        try (Registry registry = new Registry()) {
            var answer = registry.mutate(Make.register("p"));
            assertThat(answer.result().getRevision()).isEqualTo(1);
            assertThat(answer.result().getChanged()).isTrue();
            assertThat(answer.result().getEtag()).isEqualTo("\"1\"");
            assertThat(answer.result().getRequestId()).isEqualTo("r-1");
            assertThat(StateMeta.revision(registry.store)).isEqualTo(1);
            assertThat(StateMeta.position(registry.store)).contains(new LogPosition(1, 1));
        }
    }

    @Test
    void apply_entryOfMany_eachSeesTheOnesBefore_andFailuresStayAlone() {
        try (Registry registry = new Registry()) {
            List<CommandOutcome> outcomes = registry.apply(List.of(
                    command(Make.register("p"), "1"),
                    command(Make.cordon("x"), "2"),
                    command(Make.shard("ns", "s", "p"), "3"),
                    command(Make.register("p"), "4"),
                    command(Make.deregister("p"), "5"),
                    command(Make.cordon("p"), "6")));
            assertThat(outcomes)
                    .extracting(CommandOutcome::hasRejection)
                    .containsExactly(false, true, false, false, true, false);
            assertThat(outcomes).extracting(CommandOutcome::getRevision).containsExactly(1L, 1L, 2L, 2L, 2L, 3L);
            assertThat(outcomes.get(1).getRejection().getCode()).isEqualTo(NOT_FOUND.name());
            assertThat(outcomes.get(4).getRejection().getCode()).isEqualTo(PRECONDITION_FAILED.name());
            assertThat(registry.journal).extracting(AuditEntry::getRevision).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void apply_retry_getsTheFirstAnswerAgain() {
        try (Registry registry = new Registry()) {
            Command command = command(Make.register("p"), "id");
            CommandOutcome first = registry.apply(List.of(command)).getFirst();
            registry.mutate(Make.cordon("p"));
            Registry.Answer retry =
                    Registry.answer(command, registry.apply(List.of(command)).getFirst());
            assertThat(retry.result().getReplayed()).isTrue();
            assertThat(retry.result().getRevision()).isEqualTo(1);
            assertThat(retry.<Peer>record("peer").getMeta().getModRevision()).isEqualTo(1);
            assertThat(retry.outcome().getRevision()).isEqualTo(first.getRevision());
            assertThat(StateMeta.revision(registry.store)).isEqualTo(2);
        }
    }

    @Test
    void apply_retryOfARemoval_getsTheRecordThatWas() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.register("p"));
            Command command = command(Make.deregister("p"), "id");
            CommandOutcome first = registry.apply(List.of(command)).getFirst();
            registry.mutate(Make.register("p"));
            CommandOutcome retry = registry.apply(List.of(command)).getFirst();
            assertThat(Registry.answer(command, retry).<Peer>record("peer"))
                    .isEqualTo(Registry.answer(command, first).<Peer>record("peer"));
        }
    }

    @Test
    void apply_retryAfterTheJournalWasCompacted_getsTheFirstAnswerAgain() {
        try (Registry registry = new Registry()) {
            List<Command> commands = List.of(
                    command(Make.register("p"), "register"),
                    command(Make.cordon("p"), "cordon"),
                    command(Make.uncordon("p"), "uncordon"),
                    command(Make.deregister("p"), "deregister"));
            List<CommandOutcome> first = new ArrayList<>();
            commands.forEach(
                    command -> first.add(registry.apply(List.of(command)).getFirst()));
            registry.mutate(Make.register("last"));
            registry.mutate(
                    CompactJournalRequest.newBuilder().setKeepFromRevision(5).build());
            assertThat(StateMeta.lowWatermark(registry.store)).isEqualTo(5);

            for (int i = 0; i < commands.size(); i++) {
                Command command = commands.get(i);
                CommandOutcome retry = registry.apply(List.of(command)).getFirst();
                assertThat(Registry.answer(command, retry).<Peer>record("peer"))
                        .isEqualTo(Registry.answer(command, first.get(i)).<Peer>record("peer"));
                assertThat(Registry.answer(command, retry).result().getReplayed())
                        .isTrue();
                assertThat(retry.getRevision()).isEqualTo(first.get(i).getRevision());
            }
        }
    }

    @Test
    void apply_recordThatTheJournalHas_isNotKeptASecondTimeForRetries() {
        try (Registry registry = new Registry()) {
            Peer peer = Peer.newBuilder()
                    .setId("p")
                    .setMeta(RecordMeta.newBuilder().putAnnotations("note", "x".repeat(4_000)))
                    .build();
            Command command = command(Make.register(peer), "id");
            registry.apply(List.of(command));
            assertThat(bytes(registry, Tables.JOURNAL)).isGreaterThan(4_000);
            assertThat(bytes(registry, Tables.DEDUPE)).isBetween(32, 400);
            CommandOutcome retry = registry.apply(List.of(command)).getFirst();
            assertThat(Registry.answer(command, retry)
                            .<Peer>record("peer")
                            .getMeta()
                            .getAnnotationsMap())
                    .containsEntry("note", "x".repeat(4_000));
        }
    }

    @Test
    void apply_retryInTheSameEntry_isApplied_once() {
        try (Registry registry = new Registry()) {
            Command command = command(Make.register("p"), "id");
            List<CommandOutcome> outcomes = registry.apply(List.of(command, command));
            assertThat(Registry.answer(command, outcomes.get(0)).result().getReplayed())
                    .isFalse();
            assertThat(Registry.answer(command, outcomes.get(1)).result().getReplayed())
                    .isTrue();
            assertThat(registry.journal).hasSize(1);
        }
    }

    @Test
    void apply_retryOfARejection_isRejectedAlike_thoughItWouldNowSucceed() {
        try (Registry registry = new Registry()) {
            Command command = command(Make.cordon("p"), "id");
            CommandOutcome first = registry.apply(List.of(command)).getFirst();
            registry.mutate(Make.register("p"));
            assertThat(registry.apply(List.of(command)).getFirst()).isEqualTo(first);
        }
    }

    @Test
    void apply_requestIdOfAnotherPayloadOrVerb_isInvalid() {
        try (Registry registry = new Registry()) {
            registry.apply(List.of(command(Make.cordon("p"), "id")));
            for (var other : List.of(Make.cordon("q"), Make.uncordon("p"))) {
                CommandOutcome outcome =
                        registry.apply(List.of(command(other, "id"))).getFirst();
                assertThat(outcome.getRejection().getCode()).isEqualTo(INVALID_REQUEST.name());
                assertThat(outcome.getRejection().getMessage()).contains("used for another");
            }
        }
    }

    @Test
    void apply_commandThatBringsItsHash_writesWhatOneWithoutDoes() {
        try (Registry with = new Registry();
                Registry without = new Registry()) {
            Command command = command(Make.register("p"), "id");
            assertThat(with.apply(List.of(Commands.hashed(command)))).isEqualTo(without.apply(List.of(command)));
            assertThat(Digests.all(with.store)).isEqualTo(Digests.all(without.store));
        }
    }

    @Test
    void apply_retryWithAndWithoutItsHash_isTheSameRequest_andAnotherPayloadIsNot() {
        Command command = command(Make.register("p"), "id");
        Command hashed = Commands.hashed(command);
        for (List<Command> order : List.of(List.of(command, hashed), List.of(hashed, command))) {
            try (Registry registry = new Registry()) {
                registry.apply(List.of(order.getFirst()));
                CommandOutcome retry = registry.apply(List.of(order.getLast())).getFirst();
                CommandOutcome other = registry.apply(List.of(Commands.hashed(command(Make.register("q"), "id"))))
                        .getFirst();
                assertThat(Registry.answer(command, retry).result().getReplayed())
                        .isTrue();
                assertThat(other.getRejection().getCode()).isEqualTo(INVALID_REQUEST.name());
            }
        }
    }

    @Test
    void hashed_thenUnderAnotherRequestId_isHashedAnew() {
        Command command = Commands.withRequestId(Commands.hashed(command(Make.register("p"), "id")), "other");
        assertThat(Commands.hashed(command)).isEqualTo(Commands.hashed(command(Make.register("p"), "other")));
        assertThat(command.getPayloadHash()).isEmpty();
    }

    @Test
    void apply_requestIdOfAnotherPrincipal_isAnotherRequest() {
        try (Registry registry = new Registry()) {
            registry.mutate("alice", Registry.with(Make.register("p"), o -> o.setRequestId("id")));
            Registry.Answer answer =
                    registry.mutate("bob", Registry.with(Make.register("q"), o -> o.setRequestId("id")));
            assertThat(answer.error()).isNull();
            assertThat(registry.journal.getLast().getActor()).isEqualTo("bob");
        }
    }

    @Test
    void apply_afterTheRetention_isANewRequest() {
        try (Registry registry = new Registry()) {
            Command command = command(Make.register("p"), "id");
            registry.apply(List.of(command));
            registry.nowMs += DomainLimits.DEFAULTS.dedupeRetentionMs() - 1;
            assertThat(Registry.answer(command, registry.apply(List.of(command)).getFirst())
                            .result()
                            .getReplayed())
                    .isTrue();
            registry.nowMs += 1;
            assertThat(Registry.answer(command, registry.apply(List.of(command)).getFirst())
                            .result()
                            .getReplayed())
                    .isFalse();
        }
    }

    @Test
    void apply_removesExpiredOutcomes_onceInManyCommands_aFewPerCommand() {
        int perCommand = DomainLimits.DEFAULTS.dedupeSweepPerCommand();
        int every = DomainLimits.DEDUPE_SWEEP_EVERY;
        try (Registry registry = new Registry()) {
            // Whole rounds, so that the next look is a round away.
            int expired = every * (perCommand + 1);
            registry.apply(commands("p", expired));
            assertThat(rows(registry)).isEqualTo(2 * expired);
            registry.nowMs += DomainLimits.DEFAULTS.dedupeRetentionMs();

            commands("q", every - 1).forEach(command -> registry.apply(List.of(command)));
            assertThat(rows(registry)).as("not looked for yet").isEqualTo(2 * (expired + every - 1));

            registry.apply(commands("r", 1));
            assertThat(rows(registry)).as("a look").isEqualTo(2 * (expired - perCommand * every + every));

            registry.apply(commands("s", every));
            assertThat(rows(registry)).as("the rest").isEqualTo(2 * (2 * every));
        }
    }

    private static List<Command> commands(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> command(Make.register(prefix + i), prefix + i))
                .toList();
    }

    @Test
    void apply_requestIdReusedAfterItsRetention_leavesNoOrphan() {
        try (Registry registry = new Registry()) {
            Command command = command(Make.register("p"), "id");
            registry.apply(List.of(command));
            registry.nowMs += DomainLimits.DEFAULTS.dedupeRetentionMs();
            registry.apply(List.of(command));
            assertThat(rows(registry)).isEqualTo(2);
        }
    }

    @Test
    void apply_clockThatGoesBack_keepsLogTime() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.register("p"));
            registry.nowMs -= 5000;
            Peer peer = registry.mutate(Make.cordon("p")).record("peer");
            assertThat(peer.getMeta().getUpdatedAt().getSeconds()).isEqualTo(Registry.START_MS / 1000);
            assertThat(StateMeta.lastAppliedTimeMs(registry.store)).isEqualTo(Registry.START_MS);
        }
    }

    @Test
    void apply_chain_linksEveryEntry() {
        try (Registry registry = new Registry()) {
            byte[] hash = StateMeta.chainHash(registry.store);
            assertThat(hash).containsOnly(0).hasSize(32);
            registry.mutate(Make.register("p"));
            registry.mutate(Make.label("p", "b", "1"));
            registry.mutate(Make.label("p", "a", "2"));
            for (AuditEntry entry : registry.journal) {
                assertThat(Journal.follows(hash, entry)).isTrue();
                assertThat(Journal.follows(
                                hash, entry.toBuilder().setActor("eve").build()))
                        .isFalse();
                assertThat(Journal.get(registry.store, entry.getRevision())).isEqualTo(entry);
                hash = entry.getHash().toByteArray();
            }
            assertThat(StateMeta.chainHash(registry.store)).isEqualTo(hash);
        }
    }

    @Test
    void apply_invalidCommand_isARejection() {
        try (Registry registry = new Registry()) {
            assertThat(registry.mutate(Make.register("-")).code()).isEqualTo(INVALID_REQUEST);
            assertThat(registry.mutate("", Make.register("p")).code()).isEqualTo(INVALID_REQUEST);
            assertThat(registry.apply(List.of(Commands.wrap(Make.register("p"), "alice")))
                            .getFirst()
                            .getRejection()
                            .getMessage())
                    .contains("request id is missing");
            assertThat(registry.apply(List.of(command(Make.register("p"), "no spaces")))
                            .getFirst()
                            .getRejection()
                            .getField())
                    .isEqualTo("options.requestId");
        }
    }

    @Test
    void apply_whatThisVersionDoesNotKnow_halts() {
        try (Registry registry = new Registry()) {
            LogEntry known = LogEntry.newBuilder()
                    .setFormat(RegistryStateMachine.LOG_FORMAT)
                    .build();
            UnknownFieldSet future = UnknownFieldSet.newBuilder()
                    .addField(
                            999, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .build();
            Command unknown = Command.newBuilder().setUnknownFields(future).build();
            Command within = command(
                    TransactRequest.newBuilder()
                            .addOperations(TransactionOperation.newBuilder().setUnknownFields(future))
                            .build(),
                    "id");
            assertThatThrownBy(
                            () -> registry.apply(known.toBuilder().setFormat(2).build()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("format 2");
            for (Command command : List.of(unknown, within, Command.getDefaultInstance())) {
                assertThatThrownBy(() -> registry.apply(
                                known.toBuilder().addCommands(command).build()))
                        .isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    void apply_samePositionAgain_halts() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.register("p"));
            registry.index--;
            assertThatThrownBy(() -> registry.mutate(Make.register("q")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("applied twice");
        }
    }

    @Test
    void dryRun_decides_andWritesNothing() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.register("p"));
            String before = Digests.all(registry.store);
            Registry.Answer answer = registry.dryRun(Make.cordon("p"));
            assertThat(answer.result().getDryRun()).isTrue();
            assertThat(answer.result().getChanged()).isTrue();
            assertThat(answer.result().getRevision()).isEqualTo(1);
            assertThat(answer.<Peer>record("peer").getMeta().getVersion()).isEqualTo(2);
            assertThat(registry.dryRun(Make.cordon("x")).code()).isEqualTo(NOT_FOUND);
            assertThat(registry.dryRun(Make.cordon("")).code()).isEqualTo(INVALID_REQUEST);
            assertThat(registry.dryRun(Make.uncordon("p")).result().getChanged())
                    .isFalse();
            assertThat(Digests.all(registry.store)).isEqualTo(before);
        }
    }

    @Test
    void apply_dryRunInTheLog_writesNothingEither() {
        try (Registry registry = new Registry()) {
            Registry.Answer answer = registry.mutate(Registry.with(Make.register("p"), o -> o.setDryRun(true)));
            assertThat(answer.result().getDryRun()).isTrue();
            assertThat(StateMeta.revision(registry.store)).isZero();
        }
    }

    @Test
    void validate_needsNoState() {
        assertThat(RegistryStateMachine.validate(Commands.wrap(Make.register("p"), "alice")))
                .isEmpty();
        assertThat(RegistryStateMachine.validate(Commands.wrap(Make.register("p"), "")))
                .isPresent();
        assertThat(RegistryStateMachine.validate(
                        Commands.wrap(Registry.with(Make.register("p"), o -> o.setIfMatch("42")), "alice")))
                .hasValueSatisfying(error -> assertThat(error.getField()).isEqualTo("options.ifMatch"));
        assertThat(RegistryStateMachine.validate(Commands.wrap(
                        Registry.with(Make.register("p"), o -> o.setReason("x".repeat(1025))), "alice")))
                .hasValueSatisfying(error -> assertThat(error.getCode()).isEqualTo("LIMIT_EXCEEDED"));
    }

    /** Outcomes and their places in the order of expiry. */
    private static int rows(Registry registry) {
        return rows(registry, Tables.DEDUPE) + rows(registry, Tables.DEDUPE_EXPIRY);
    }

    private static int rows(Registry registry, Table table) {
        return values(registry, table).size();
    }

    private static int bytes(Registry registry, Table table) {
        return values(registry, table).stream().mapToInt(value -> value.length).sum();
    }

    private static List<byte[]> values(Registry registry, Table table) {
        List<byte[]> values = new ArrayList<>();
        try (Cursor cursor = registry.store.scan(table, Keys.EMPTY, null)) {
            while (cursor.next()) {
                values.add(cursor.value());
            }
        }
        return values;
    }
}
