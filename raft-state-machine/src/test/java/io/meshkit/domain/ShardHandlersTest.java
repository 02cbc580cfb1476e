package io.meshkit.domain;

import static io.meshkit.api.ErrorCode.INVALID_REQUEST;
import static io.meshkit.api.ErrorCode.NOT_FOUND;
import static io.meshkit.api.ErrorCode.PRECONDITION_FAILED;
import static io.meshkit.api.ErrorCode.REVISION_MISMATCH;
import static io.meshkit.api.ErrorCode.STALE_FENCING_TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.meshkit.domain.records.ShardChecksum;
import io.meshkit.v1.ListShardHistoryRequest;
import io.meshkit.v1.ListShardHistoryResponse;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardHistory;
import io.meshkit.v1.ShardStatus;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShardHandlersTest {
    private static final Message P = Make.register("p");
    private static final Message Q = Make.register("q");
    private static final Message S = Make.shard("ns", "s", "p");

    private static Shard.Builder s() {
        return Shard.newBuilder().setNamespace("ns").setShardId("s");
    }

    static Stream<Refusal> refusals() {
        return Stream.of(
                Refusal.of("upsert: no namespace", Make.shard("", "s", ""), INVALID_REQUEST, "shard.namespace"),
                Refusal.of("upsert: bad id", Make.shard("ns", "s/t", ""), INVALID_REQUEST, "shard.shardId"),
                Refusal.of(
                        "upsert: negative capacity",
                        Make.upsert(s().setCapacityHint(-1).build()),
                        INVALID_REQUEST,
                        "capacityHint"),
                Refusal.of(
                        "upsert: infinite capacity",
                        Make.upsert(
                                s().setCapacityHint(Double.POSITIVE_INFINITY).build()),
                        INVALID_REQUEST,
                        "finite"),
                Refusal.of(
                        "upsert: unknown status",
                        Make.upsert(s().setStatusValue(42).build()),
                        INVALID_REQUEST,
                        "shard.status"),
                Refusal.of("upsert: unknown owner", S, PRECONDITION_FAILED, "peer p does not exist"),
                Refusal.of("upsert: cordoned owner", S, PRECONDITION_FAILED, "CORDONED", P, Make.cordon("p")),
                Refusal.of(
                        "upsert: unknown leader",
                        Make.upsert(s().setLeaderId("l").build()),
                        PRECONDITION_FAILED,
                        "shard.leaderId"),
                Refusal.of(
                        "upsert: new shard under an epoch",
                        Make.shard("ns", "s", "").toBuilder()
                                .setExpectedOwnerEpoch(1)
                                .build(),
                        STALE_FENCING_TOKEN,
                        "is 0, not 1"),
                Refusal.of(
                        "upsert: old epoch",
                        Make.shard("ns", "s", "q").toBuilder()
                                .setExpectedOwnerEpoch(1)
                                .build(),
                        STALE_FENCING_TOKEN,
                        "is 2, not 1",
                        P,
                        Q,
                        S,
                        Make.assign("ns", "s", "q")),
                Refusal.of(
                        "upsert: if_match, missing",
                        Registry.with(Make.shard("ns", "s", ""), o -> o.setIfMatch("*")),
                        NOT_FOUND,
                        "shard ns/s"),
                Refusal.of("assign: missing", Make.assign("ns", "s", ""), NOT_FOUND, "shard ns/s does not exist"),
                Refusal.of("assign: unknown owner", Make.assign("ns", "s", "x"), PRECONDITION_FAILED, "register", P, S),
                Refusal.of(
                        "assign: draining owner",
                        Make.assign("ns", "s", "q"),
                        PRECONDITION_FAILED,
                        "DRAINING",
                        P,
                        Q,
                        S,
                        Make.drain("q")),
                Refusal.of(
                        "assign: old epoch",
                        Make.assign("ns", "s", "p").toBuilder()
                                .setExpectedOwnerEpoch(1)
                                .build(),
                        STALE_FENCING_TOKEN,
                        "is 2, not 1",
                        P,
                        Q,
                        S,
                        Make.assign("ns", "s", "q")),
                Refusal.of(
                        "assign: other etag",
                        Registry.with(Make.assign("ns", "s", "p"), o -> o.setIfMatch("\"1\"")),
                        REVISION_MISMATCH,
                        "\"2\"",
                        P,
                        S),
                Refusal.of(
                        "status: unspecified",
                        Make.shardStatus("ns", "s", ShardStatus.SHARD_STATUS_UNSPECIFIED),
                        INVALID_REQUEST,
                        "status"),
                Refusal.of(
                        "status: old epoch",
                        Make.shardStatus("ns", "s", ShardStatus.SHARD_STATUS_PAUSED).toBuilder()
                                .setExpectedOwnerEpoch(5)
                                .build(),
                        STALE_FENCING_TOKEN,
                        "is 1, not 5",
                        P,
                        S),
                Refusal.of("delete: missing", Make.deleteShard("ns", "s"), NOT_FOUND, "shard ns/s"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void decide_refuses(Refusal row) {
        row.verify();
    }

    @Test
    void upsert_fillsInDefaults() {
        try (Registry registry = new Registry()) {
            Shard shard = registry.mutate(Make.upsert(s().setCapacityHint(-0.0)
                            .setOwnerEpoch(9)
                            .setChecksum("x")
                            .build()))
                    .record("shard");
            assertThat(shard.getStrategyId()).isEqualTo("rendezvous");
            assertThat(shard.getStatus()).isEqualTo(ShardStatus.SHARD_STATUS_ACTIVE);
            assertThat(shard.getOwnerEpoch()).isZero();
            assertThat(Double.doubleToRawLongBits(shard.getCapacityHint())).isZero();
            assertThat(shard.getChecksum()).hasSize(16).isUpperCase();
        }
    }

    @Test
    void upsert_withoutStatus_keepsIt_andReplacesTheRest() {
        try (Registry registry = new Registry()) {
            registry.mutate(
                    Make.upsert(s().setStrategyId("ring").setCapacityHint(3).build()));
            registry.mutate(Make.shardStatus("ns", "s", ShardStatus.SHARD_STATUS_PAUSED));
            Shard shard = registry.mutate(Make.upsert(s().build())).record("shard");
            assertThat(shard.getStatus()).isEqualTo(ShardStatus.SHARD_STATUS_PAUSED);
            assertThat(shard.getStrategyId()).isEqualTo("rendezvous");
            assertThat(shard.getCapacityHint()).isZero();
        }
    }

    @Test
    void upsert_twice_changesNothing() {
        try (Registry registry = new Registry()) {
            registry.mutate(P);
            registry.mutate(S);
            Registry.Answer again = registry.mutate(S);
            assertThat(again.result().getChanged()).isFalse();
            assertThat(again.result().getRevision()).isEqualTo(2);
        }
    }

    @Test
    void upsert_ofWhatACordonedPeerOwnsAlready_isAllowed() {
        try (Registry registry = new Registry()) {
            registry.mutate(P);
            registry.mutate(S);
            registry.mutate(Make.cordon("p"));
            assertThat(registry.mutate(Make.upsert(
                                    s().setOwnerNodeId("p").setCapacityHint(2).build()))
                            .error())
                    .isNull();
        }
    }

    @Test
    void ownerEpoch_growsWithEveryOwner_alsoAcrossDeletion() {
        try (Registry registry = new Registry()) {
            registry.mutate(P);
            registry.mutate(Q);
            assertThat(epoch(registry.mutate(S))).isEqualTo(1);
            assertThat(epoch(registry.mutate(Make.assign("ns", "s", "q")))).isEqualTo(2);
            assertThat(epoch(registry.mutate(Make.assign("ns", "s", "q")))).isEqualTo(2);
            assertThat(epoch(registry.mutate(Make.assign("ns", "s", "")))).isEqualTo(3);
            assertThat(epoch(registry.mutate(Make.assign("ns", "s", "p")))).isEqualTo(4);
            registry.mutate(Make.deleteShard("ns", "s"));
            assertThat(epoch(registry.mutate(Make.shard("ns", "s", "p")))).isEqualTo(6);
        }
    }

    @Test
    void checksum_followsTheChangeTicket() {
        try (Registry registry = new Registry()) {
            String first = registry.mutate(Make.upsert(s().build()))
                    .<Shard>record("shard")
                    .getChecksum();
            Shard second = registry.mutate(
                            Registry.with(Make.upsert(s().setCapacityHint(1).build()), o -> o.setChangeTicket("T")))
                    .record("shard");
            assertThat(second.getChecksum()).isNotEqualTo(first).isEqualTo(ShardChecksum.of(second));
        }
    }

    @Test
    void history_hasARowPerChange() {
        try (Registry registry = new Registry()) {
            registry.mutate(P);
            registry.mutate(Q);
            registry.mutate(Registry.with(
                    Make.shard("ns", "s", "p"), o -> o.setReason("why").setChangeTicket("T")));
            registry.mutate(Make.assign("ns", "s", "q"));
            registry.mutate(Make.shard("ns", "s-other", "q"));
            registry.mutate(Make.deleteShard("ns", "s"));
            var rows = registry.query(
                            ListShardHistoryRequest.newBuilder()
                                    .setNamespace("ns")
                                    .setShardId("s")
                                    .build(),
                            ListShardHistoryResponse.class)
                    .getHistoryList();
            assertThat(rows).extracting(ShardHistory::getRevision).containsExactly(3L, 4L, 6L);
            assertThat(rows).extracting(ShardHistory::getVersion).containsExactly(1L, 2L, 3L);
            assertThat(rows).extracting(ShardHistory::getPreviousOwnerNodeId).containsExactly("", "p", "q");
            assertThat(rows).extracting(ShardHistory::getOwnerNodeId).containsExactly("p", "q", "");
            assertThat(rows).extracting(ShardHistory::getOwnerEpoch).containsExactly(1L, 2L, 3L);
            assertThat(rows).extracting(ShardHistory::getDeleted).containsExactly(false, false, true);
            assertThat(rows.getFirst().getReason()).isEqualTo("why");
            assertThat(rows.getFirst().getChangeTicket()).isEqualTo("T");
            assertThat(rows.getFirst().getActor()).isEqualTo("alice");
        }
    }

    private static long epoch(Registry.Answer answer) {
        assertThat(answer.error()).isNull();
        return answer.<Shard>record("shard").getOwnerEpoch();
    }
}
