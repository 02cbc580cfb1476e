package io.meshkit.server.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import io.meshkit.domain.Applied;
import io.meshkit.domain.Commands;
import io.meshkit.domain.LogPosition;
import io.meshkit.domain.RegistryStateMachine;
import io.meshkit.storage.memory.MemoryStore;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.LogEntry;
import io.meshkit.v1.PatchConfigRequest;
import io.meshkit.v1.TransactRequest;
import io.meshkit.v1.TransactionOperation;
import io.omnirelay.transport.json.ProtoJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The registry refuses a policy document that breaks the policy, as part of the replicated decision. */
class PolicyRuleTest {
    private static final String EXCEPTION =
            "{'exceptions':[{'category':'control-plane','encodings':['raw'],'approvedBy':'ada','reason':'r',"
                    + "'expires':'2026-06-01T00:00:00Z'}]}";

    private final RegistryStateMachine machine = new RegistryStateMachine(new PolicyRule());
    private final MemoryStore store = MemoryStore.create(RegistryStateMachine.TABLES);
    private long index;

    static Struct struct(String json) {
        Struct.Builder struct = Struct.newBuilder();
        ProtoJson.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), struct);
        return struct.build();
    }

    private static PatchConfigRequest patch(String name, String json) {
        return PatchConfigRequest.newBuilder()
                .setName(name)
                .setPatch(struct(json))
                .build();
    }

    private CommandOutcome apply(com.google.protobuf.Message request, String time) {
        index++;
        Applied applied = machine.apply(
                store,
                LogEntry.newBuilder()
                        .setFormat(RegistryStateMachine.LOG_FORMAT)
                        .setLeaderTimeMs(Instant.parse(time).toEpochMilli())
                        .addCommands(Commands.withRequestId(Commands.wrap(request, "alice"), "r" + index))
                        .build(),
                new LogPosition(1, index));
        store.write(applied.batch());
        return applied.outcomes().getFirst();
    }

    @Test
    void patch_thatViolates_isRefusedWithEachFinding() {
        CommandOutcome outcome = apply(
                patch(
                        PolicyRule.DOCUMENT,
                        "{'categories':[{'name':'control-plan'}],'exceptions':[{'category':'internal'}],'x':1}"),
                "2026-01-01T00:00:00Z");

        assertThat(outcome.getRejection().getCode()).isEqualTo("INVALID_REQUEST");
        assertThat(outcome.getRejection().getField()).isEqualTo("patch");
        assertThat(outcome.getRejection().getMessage())
                .contains("x: no such member")
                .contains(
                        "control-plan: no such category: control-plan (unknown-category); did you mean control-plane?")
                .contains("exceptions[0]: category internal has no exceptions (exception-forbidden)")
                .contains("exceptions[0]: approvedBy is missing");
        assertThat(outcome.getRevision()).isZero();
    }

    @Test
    void patch_ofAnotherDocument_isNotLookedAt() {
        assertThat(apply(patch("mesh", "{'categories':3}"), "2026-01-01T00:00:00Z")
                        .hasRejection())
                .isFalse();
    }

    @Test
    void exception_isHeldToLogTime_notToTheClockOfTheReplica() {
        assertThat(apply(patch(PolicyRule.DOCUMENT, EXCEPTION), "2026-05-31T23:59:59Z")
                        .hasRejection())
                .isFalse();
        assertThat(apply(patch(PolicyRule.DOCUMENT, "{'endpoints':[]}"), "2026-06-01T00:00:00Z")
                        .getRejection()
                        .getMessage())
                .contains("exception-expired");
    }

    @Test
    void transaction_andDryRun_areHeldToItToo() {
        TransactRequest transaction = TransactRequest.newBuilder()
                .addOperations(TransactionOperation.newBuilder().setPatchConfig(patch(PolicyRule.DOCUMENT, "{'x':1}")))
                .build();

        assertThat(apply(transaction, "2026-01-01T00:00:00Z").getRejection().getMessage())
                .contains("x: no such member");
        assertThat(machine.dryRun(
                                store,
                                Commands.wrap(patch(PolicyRule.DOCUMENT, "{'x':1}"), "alice"),
                                Instant.parse("2026-01-01T00:00:00Z").toEpochMilli())
                        .getRejection()
                        .getMessage())
                .contains("x: no such member");
    }
}
