package io.meshkit.server.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.Message;
import io.meshkit.domain.Commands;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.records.RecordKinds;
import io.meshkit.options.Scope;
import io.meshkit.server.access.TestAccess;
import io.meshkit.server.admission.Admission;
import io.meshkit.server.admission.AdmissionLimits;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.v1.Command;
import io.meshkit.v1.GetCapacityRequest;
import io.meshkit.v1.GetCapacityResponse;
import io.meshkit.v1.NamespaceCapacity;
import io.meshkit.v1.NamespaceQuota;
import io.meshkit.v1.PutQuotaRequest;
import io.meshkit.v1.RecordCapacity;
import io.meshkit.v1.Shard;
import io.meshkit.v1.UpsertShardRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapacityVerbsTest {
    @TempDir
    Path directory;

    private final FakeReplica replica = new FakeReplica();
    private final Admission admission =
            new Admission(new AdmissionLimits(50, 100, 7, 20, 10), () -> 0, new MetricRegistry());

    private GetCapacityResponse capacity() {
        return (GetCapacityResponse) new CapacityVerbs(
                        replica, new ServerConfig.Journal(1_000, 2_000, 0, 1), directory, admission, () -> 3, 10)
                .handlers()
                .get(NodeVerbs.name(GetCapacityRequest.getDefaultInstance()))
                .handle(
                        GetCapacityRequest.getDefaultInstance(),
                        TestAccess.principal("tester", Scope.SCOPE_OBSERVE),
                        Deadline.inMs(1_000));
    }

    private void register(String id) {
        replica.apply(Commands.withRequestId(Commands.wrap(Peers.registration(id), "tester"), "r-" + id));
    }

    @Test
    void capacity_ofAnEmptyRegistry_hasEveryKindAndItsLimit() {
        GetCapacityResponse capacity = capacity();
        assertThat(capacity.getNode()).isEqualTo("node-1");
        assertThat(capacity.getJournal().getOldestRevision()).isZero();
        assertThat(capacity.getRecordsList()).allMatch(records -> records.getRecords() == 0);
        assertThat(capacity.getRecordsList().stream()
                        .map(RecordCapacity::getKind)
                        .collect(Collectors.toSet()))
                .containsAll(RecordKinds.names())
                .contains("lease");
    }

    @Test
    void capacity_afterChanges_countsThem() throws Exception {
        register("p1");
        register("p2");
        Files.write(Files.createDirectory(directory.resolve("store")).resolve("x"), new byte[1_234]);
        try (Admission.Permit permit = admission.admit("tester", Admission.Kind.ORDINARY)) {
            GetCapacityResponse capacity = capacity();
            assertThat(capacity.getRecordsList())
                    .contains(RecordCapacity.newBuilder()
                            .setKind("peer")
                            .setRecords(2)
                            .setRecordsMax(DomainLimits.DEFAULTS.peersMax())
                            .build());
            assertThat(capacity.getJournal().getOldestRevision()).isEqualTo(1);
            assertThat(capacity.getJournal().getNewestRevision()).isEqualTo(2);
            assertThat(capacity.getJournal().getBytes()).isPositive();
            assertThat(capacity.getJournal().getRevisionsMax()).isEqualTo(1_000);
            assertThat(capacity.getDataBytes()).isEqualTo(1_234);
            assertThat(capacity.getDiskFreeBytes()).isPositive();
            assertThat(capacity.getAdmission().getCalls()).isEqualTo(1);
            assertThat(capacity.getAdmission().getOrdinaryCallsMax()).isEqualTo(18);
            assertThat(capacity.getWatches()).isEqualTo(3);
            assertThat(capacity.getWatchesMax()).isEqualTo(10);
        }
        assertThat(capacity().getAdmission().getCalls()).isZero();
    }

    private void apply(Message request) {
        Command command = Commands.wrap(request, "tester");
        replica.apply(Commands.withRequestId(command, "n-" + request.hashCode()));
    }

    private void shardIn(String namespace) {
        apply(UpsertShardRequest.newBuilder()
                .setShard(Shard.newBuilder().setNamespace(namespace).setShardId("s"))
                .build());
    }

    private void quota(String namespace, long shardsMax) {
        apply(PutQuotaRequest.newBuilder()
                .setNamespaceQuota(
                        NamespaceQuota.newBuilder().setNamespace(namespace).setShardsMax(shardsMax))
                .build());
    }

    @Test
    void capacity_showsNamespaces_thoseWithTheirOwnQuotaFirst() {
        shardIn("b");
        assertThat(capacity().getNamespacesList()).isEmpty();
        quota("z", 7);
        quota("*", 3);
        shardIn("a");

        assertThat(capacity().getNamespacesList())
                .containsExactly(use("z", 0, 7, true), use("a", 1, 3, false), use("b", 1, 3, false));
        assertThat(capacity().getMoreNamespaces()).isFalse();
    }

    private static NamespaceCapacity use(String namespace, long shards, long shardsMax, boolean own) {
        return NamespaceCapacity.newBuilder()
                .setNamespace(namespace)
                .setShards(shards)
                .setShardsMax(shardsMax)
                .setHasOwnQuota(own)
                .build();
    }

    @Test
    void capacity_ofManyNamespaces_saysThatThereAreMore() {
        quota("*", 3);
        for (int i = 0; i < NamespaceUse.NAMESPACES_MAX; i++) {
            shardIn("n-" + i);
        }
        assertThat(capacity().getNamespacesCount()).isEqualTo(NamespaceUse.NAMESPACES_MAX);
        assertThat(capacity().getMoreNamespaces()).isFalse();
        shardIn("one-more");

        assertThat(capacity().getNamespacesCount()).isEqualTo(NamespaceUse.NAMESPACES_MAX);
        assertThat(capacity().getMoreNamespaces()).isTrue();
    }
}
