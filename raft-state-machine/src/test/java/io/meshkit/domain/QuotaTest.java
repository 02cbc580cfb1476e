package io.meshkit.domain;

import static io.meshkit.domain.records.ShardKind.SHARD;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.records.NamespaceCounts;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.Keys;
import io.meshkit.v1.DeleteQuotaRequest;
import io.meshkit.v1.GetQuotaRequest;
import io.meshkit.v1.GetQuotaResponse;
import io.meshkit.v1.ListQuotasRequest;
import io.meshkit.v1.ListQuotasResponse;
import io.meshkit.v1.NamespaceQuota;
import io.meshkit.v1.PutQuotaRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardStatus;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A namespace has never more shards than its quota lets be made, and the count is the number of its shards. */
class QuotaTest {
    private final Registry registry = new Registry();

    @AfterEach
    void close() {
        registry.close();
    }

    private static PutQuotaRequest quota(String namespace, long shardsMax) {
        return PutQuotaRequest.newBuilder()
                .setNamespaceQuota(
                        NamespaceQuota.newBuilder().setNamespace(namespace).setShardsMax(shardsMax))
                .build();
    }

    private void accepted(Message... requests) {
        for (Message request : requests) {
            assertThat(registry.mutate(request).error()).as("%s", request).isNull();
        }
    }

    private void refused(Message request, String says) {
        Registry.Answer answer = registry.mutate(request);
        assertThat(answer.isRejected()).as("rejected: %s", request).isTrue();
        assertThat(answer.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        assertThat(answer.error().getMessage() + " | " + answer.error().getHint())
                .contains(says);
    }

    @Test
    void namespace_isFull_andHasRoomAgainWhenOneGoes() {
        accepted(quota("orders", 2), Make.shard("orders", "s1", ""), Make.shard("orders", "s2", ""));

        refused(
                Make.shard("orders", "s3", ""),
                "namespace orders has 2 shards; its quota is 2 | delete shards that are no longer needed, or have");
        accepted(Make.shard("other", "s3", ""), Make.shardStatus("orders", "s1", ShardStatus.SHARD_STATUS_PAUSED));
        accepted(Make.deleteShard("orders", "s1"), Make.shard("orders", "s3", ""));
        refused(Make.shard("orders", "s1", ""), "has 2 shards");
    }

    @Test
    void shardsFromBeforeTheFirstQuota_count() {
        accepted(Make.shard("orders", "s1", ""), Make.shard("orders", "s2", ""), Make.shard("other", "s1", ""));

        accepted(quota("orders", 2));

        refused(Make.shard("orders", "s3", ""), "has 2 shards");
        assertThat(NamespaceCounts.shards(registry.store, "other")).isEqualTo(1);
    }

    @Test
    void lessThanThereIs_takesNothingAway_andLetsNothingBeMade() {
        accepted(Make.shard("orders", "s1", ""), Make.shard("orders", "s2", ""), quota("orders", 0));

        accepted(Make.shardStatus("orders", "s1", ShardStatus.SHARD_STATUS_PAUSED));
        refused(Make.shard("orders", "s3", ""), "has 2 shards; its quota is 0");
    }

    @Test
    void quotaOfTheOthers_holdsWhereThereIsNone() {
        accepted(quota("*", 1), quota("orders", 2));
        accepted(
                Make.shard("orders", "s1", ""),
                Make.shard("orders", "s2", ""),
                Make.shard("a", "s1", ""),
                Make.shard("b", "s1", ""));

        refused(Make.shard("a", "s2", ""), "its quota, that of all without their own, is 1");
        accepted(DeleteQuotaRequest.newBuilder().setNamespace("*").build(), Make.shard("a", "s2", ""));
        accepted(DeleteQuotaRequest.newBuilder().setNamespace("orders").build(), Make.shard("orders", "s3", ""));
        accepted(quota("orders", 3));
        refused(Make.shard("orders", "s4", ""), "has 3 shards");
    }

    @Test
    void transaction_isRefusedAsAWhole() {
        accepted(quota("orders", 2));

        refused(
                TransactHandlerTest.transact(
                        Make.shard("orders", "s1", ""), Make.shard("orders", "s2", ""), Make.shard("orders", "s3", "")),
                "operation 2: namespace orders has 2 shards");
        accepted(TransactHandlerTest.transact(Make.shard("orders", "s1", ""), Make.shard("orders", "s2", "")));
    }

    @Test
    void quotas_areLimited() {
        for (int i = 0; i < DomainLimits.QUOTAS_MAX; i++) {
            accepted(quota("n-" + i, 1));
        }

        refused(quota("one-more", 1), "there are 10000 namespace_quotas already");
        accepted(quota("n-7", 2));
    }

    @Test
    void quotas_areRead() {
        accepted(quota("orders", 2), quota("*", 1));

        assertThat(registry.query(GetQuotaRequest.newBuilder().setNamespace("*").build(), GetQuotaResponse.class)
                        .getNamespaceQuota()
                        .getShardsMax())
                .isEqualTo(1);
        assertThat(registry
                        .query(ListQuotasRequest.newBuilder().setSearch("ORD").build(), ListQuotasResponse.class)
                        .getNamespaceQuotasList()
                        .stream()
                        .map(NamespaceQuota::getNamespace))
                .containsExactly("orders");
    }

    @Provide
    Arbitrary<List<Message>> mutations() {
        return Mutations.lists(40);
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void count_isTheNumberOfShards(
            @ForAll("mutations") List<Message> before,
            @ForAll("mutations") List<Message> after,
            @ForAll @IntRange(max = 3) int shardsMax) {
        try (Registry fresh = new Registry()) {
            before.forEach(fresh::mutate);
            assertThat(fresh.mutate(quota("*", shardsMax)).error()).isNull();
            TreeMap<String, Long> most = shards(fresh);
            for (Message request : after) {
                fresh.mutate(request);
                TreeMap<String, Long> now = shards(fresh);
                now.forEach((namespace, shards) -> {
                    assertThat(NamespaceCounts.shards(fresh.store, namespace)).isEqualTo(shards);
                    assertThat(shards).isLessThanOrEqualTo(Math.max(shardsMax, most.getOrDefault(namespace, 0L)));
                });
                NamespaceCounts.forEach(fresh.store, namespace -> {
                    assertThat(NamespaceCounts.shards(fresh.store, namespace))
                            .isEqualTo(now.getOrDefault(namespace, 0L));
                    return true;
                });
            }
        }
    }

    private static TreeMap<String, Long> shards(Registry registry) {
        TreeMap<String, Long> counts = new TreeMap<>();
        byte[] prefix = {(byte) SHARD.tag()};
        try (Cursor cursor = registry.store.scan(Tables.RECORDS, prefix, Keys.prefixEnd(prefix))) {
            while (cursor.next()) {
                Shard shard = Bytes.parse(Shard.parser(), cursor.value());
                counts.merge(shard.getNamespace(), 1L, Long::sum);
            }
        }
        return counts;
    }

    static Stream<Refusal> malformed() {
        ErrorCode invalid = ErrorCode.INVALID_REQUEST;
        return Stream.of(
                Refusal.of("no namespace", quota("", 1), invalid, "namespaceQuota.namespace"),
                Refusal.of("no name of one", quota("a*", 1), invalid, "is not an id"),
                Refusal.of("less than none", quota("a", -1), invalid, "namespaceQuota.shardsMax"),
                Refusal.of(
                        "no such quota",
                        DeleteQuotaRequest.newBuilder().setNamespace("a").build(),
                        ErrorCode.NOT_FOUND,
                        "list the namespace_quotas"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformed_isRefused(Refusal refusal) {
        refusal.verify();
    }
}
