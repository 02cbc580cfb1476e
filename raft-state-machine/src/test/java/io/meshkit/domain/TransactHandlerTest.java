package io.meshkit.domain;

import static io.meshkit.api.ErrorCode.INVALID_REQUEST;
import static io.meshkit.api.ErrorCode.LIMIT_EXCEEDED;
import static io.meshkit.api.ErrorCode.NOT_FOUND;
import static io.meshkit.api.ErrorCode.PRECONDITION_FAILED;
import static io.meshkit.api.ErrorCode.REVISION_MISMATCH;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.TransactRequest;
import io.meshkit.v1.TransactResponse;
import io.meshkit.v1.TransactionOperation;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransactHandlerTest {
    static TransactRequest transact(Message... operations) {
        TransactRequest.Builder request = TransactRequest.newBuilder().setOptions(Make.TICKET);
        for (Message operation : operations) {
            TransactionOperation.Builder step = request.addOperationsBuilder();
            for (FieldDescriptor field : TransactionOperation.getDescriptor().getFields()) {
                if (field.getMessageType().equals(operation.getDescriptorForType())) {
                    step.setField(field, operation);
                }
            }
        }
        return request.build();
    }

    static Stream<Refusal> refusals() {
        return Stream.of(
                Refusal.of("no operations", transact(), INVALID_REQUEST, "at least one"),
                Refusal.of("too many", tooMany(), LIMIT_EXCEEDED, "at most 256"),
                Refusal.of(
                        "an empty operation",
                        transact(Make.register("a")).toBuilder()
                                .addOperations(TransactionOperation.getDefaultInstance())
                                .build(),
                        INVALID_REQUEST,
                        "operations[1]"),
                Refusal.of(
                        "etag of its own",
                        Registry.with(transact(Make.register("a")), o -> o.setIfMatch("*")),
                        INVALID_REQUEST,
                        "in its operations"),
                Refusal.of(
                        "malformed operation",
                        transact(Make.register("a"), Make.register("")),
                        INVALID_REQUEST,
                        "operations[1]"),
                Refusal.of(
                        "later operation fails, nothing stays",
                        transact(Make.register("a"), Make.shard("ns", "s", "a"), Make.cordon("b")),
                        NOT_FOUND,
                        "operations[2]"),
                Refusal.of(
                        "a record twice",
                        transact(Make.register("a"), Make.cordon("a")),
                        INVALID_REQUEST,
                        "changes more than once"),
                Refusal.of(
                        "a record made and removed",
                        transact(Make.register("a"), Make.deregister("a")),
                        INVALID_REQUEST,
                        "changes more than once"),
                Refusal.of(
                        "an operation's etag",
                        transact(Registry.with(Make.cordon("a"), o -> o.setIfMatch("\"5\""))),
                        REVISION_MISMATCH,
                        "operations[0]",
                        Make.register("a")),
                Refusal.of(
                        "sees what came before",
                        transact(
                                Make.register("a"),
                                Make.shard("ns", "s", "a"),
                                Make.deregister("b"),
                                Make.register("c"),
                                Make.deregister("owner")),
                        PRECONDITION_FAILED,
                        "operations[4]",
                        Make.register("b"),
                        Make.register("owner"),
                        Make.shard("ns", "t", "owner")));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void decide_refuses(Refusal row) {
        row.verify();
    }

    @Test
    void transact_isOneRevisionAndOneAuditEntry() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.register("old"));
            Registry.Answer answer = registry.mutate(transact(
                    Make.register("a"),
                    Make.shard("ns", "s", "a"),
                    Make.deregister("old"),
                    Make.create("c", ClusterState.CLUSTER_STATE_ACTIVE)));
            TransactResponse response = (TransactResponse) answer.response();
            assertThat(response.getResult().getRevision()).isEqualTo(2);
            assertThat(response.getResult().getEtag()).isEmpty();
            assertThat(response.getRecords(0).getPeer().getMeta().getModRevision())
                    .isEqualTo(2);
            assertThat(response.getRecords(0).getPeer().getMeta().getChangeTicket())
                    .isEqualTo("CHG-1");
            assertThat(response.getRecords(1).getShard().getMeta().getModRevision())
                    .isEqualTo(2);
            assertThat(response.getRecords(2).getRecordCase().getNumber()).isZero();
            assertThat(response.getRecords(3).getCluster().getFailoverEpoch()).isEqualTo(1);
            assertThat(registry.journal).hasSize(2);
            assertThat(registry.journal.getLast().getVerb()).isEqualTo("Transact");
            assertThat(registry.journal.getLast().getChangesList())
                    .extracting(RecordChange::getName)
                    .containsExactly("a", "ns/s", "old", "c");
            assertThat(StateMeta.failoverEpoch(registry.store)).isEqualTo(1);
        }
    }

    @Test
    void transact_rejected_leavesTheEpochAlone() {
        try (Registry registry = new Registry()) {
            registry.mutate(transact(Make.create("c", ClusterState.CLUSTER_STATE_ACTIVE), Make.cordon("x")));
            assertThat(StateMeta.failoverEpoch(registry.store)).isZero();
            assertThat(StateMeta.revision(registry.store)).isZero();
        }
    }

    @Test
    void transact_failover_promotesBeforeItDemotes() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.create("a", ClusterState.CLUSTER_STATE_ACTIVE));
            registry.mutate(Make.create("b", ClusterState.CLUSTER_STATE_PASSIVE));
            assertThat(registry.mutate(transact(Make.demote("a"), Make.promote("b")))
                            .code())
                    .isEqualTo(PRECONDITION_FAILED);
            assertThat(registry.mutate(transact(Make.promote("b"), Make.demote("a")))
                            .error())
                    .isNull();
        }
    }

    @Test
    void transact_ofNothingNew_changesNothing() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.register("a"));
            Registry.Answer answer = registry.mutate(transact(Make.register("a"), Make.register("a")));
            assertThat(answer.result().getChanged()).isFalse();
            assertThat(answer.result().getRevision()).isEqualTo(1);
            assertThat(registry.journal).hasSize(1);
        }
    }

    @Test
    void transact_pastTheLimitOfBytes_isRefused() {
        DomainLimits d = DomainLimits.DEFAULTS;
        DomainLimits small = new DomainLimits(d.dedupeRetentionMs(), 4, 9, 9, 9, 9, 9, 9, 9, 1000);
        try (Registry registry = new Registry(small)) {
            Registry.Answer answer = registry.mutate(transact(
                    Make.patch("a", "{\"x\": \"" + "x".repeat(600) + "\"}"),
                    Make.patch("b", "{\"x\": \"" + "x".repeat(600) + "\"}")));
            assertThat(answer.code()).isEqualTo(LIMIT_EXCEEDED);
            assertThat(answer.error().getField()).isEqualTo("operations[1]");
        }
    }

    private static Message tooMany() {
        Message[] operations = new Message[DomainLimits.TRANSACTION_OPERATIONS_MAX + 1];
        for (int i = 0; i < operations.length; i++) {
            operations[i] = Make.register("p" + i);
        }
        return transact(operations);
    }
}
