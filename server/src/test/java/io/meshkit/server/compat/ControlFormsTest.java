package io.meshkit.server.compat;

import static io.meshkit.server.compat.Make.change;
import static io.meshkit.server.compat.Make.led;
import static io.meshkit.server.compat.Make.put;
import static io.meshkit.server.compat.Make.record;
import static io.meshkit.server.compat.Make.shard;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerEndpoint;
import io.meshkit.v1.PeerStatus;
import io.meshkit.v1.ReadInfo;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.ShardDiff;
import io.meshkit.v1.SimulateShardsResponse;
import io.meshkit.v1.SimulatedAssignment;
import io.omnirelay.mesh.control.v1.ShardDiffNotification;
import io.omnirelay.mesh.control.v1.ShardStatus;
import io.omnirelay.transport.json.ProtoJson;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the original's clients read, byte by byte; {@code -Dgolden.update=true} writes the files anew, for review. */
class ControlFormsTest {
    private static void assertGolden(String name, Message message) throws Exception {
        String actual = new String(ProtoJson.print(message), StandardCharsets.UTF_8) + "\n";
        String resource = "golden/control/" + name + ".json";
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(Path.of("src/test/resources", resource), actual);
            return;
        }
        try (InputStream expected = ControlFormsTest.class.getResourceAsStream("/" + resource)) {
            assertThat(actual)
                    .isEqualTo(new String(Objects.requireNonNull(expected).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static ShardDiff diff() {
        return new ShardFeed()
                .of(change(43, "AssignShard", put(record(shard("a", "n1", 1)), record(shard("a", "n2", 2)))))
                .getFirst();
    }

    @Test
    void list_withAndWithoutAnotherPage() throws Exception {
        ListShardsResponse page = ListShardsResponse.newBuilder()
                .addShards(shard("a", "n1", 1))
                .addShards(shard("b", "n2", 2).toBuilder().setLeaderId("n3"))
                .setNextCursor("AkNh")
                .setReadInfo(ReadInfo.newBuilder().setRevision(42))
                .build();
        assertGolden("shards", RestForms.list(page));
        assertGolden(
                "shards-none",
                RestForms.list(page.toBuilder().clearShards().clearNextCursor().build()));
    }

    @Test
    void diffs_someAndNone() throws Exception {
        assertGolden("shards-diff", RestForms.diffs(List.of(diff())));
        assertGolden("shards-diff-none", RestForms.diffs(List.of()));
    }

    @Test
    void simulation_onlyMovesAreChanges() throws Exception {
        SimulatedAssignment stays = SimulatedAssignment.newBuilder()
                .setNamespace("orders")
                .setShardId("a")
                .setCurrentOwnerNodeId("n1")
                .setProposedOwnerNodeId("n1")
                .setCapacityHint(1)
                .build();
        SimulatedAssignment moves = stays.toBuilder()
                .setShardId("b")
                .setProposedOwnerNodeId("n2")
                .setChangesOwner(true)
                .setLocalityHint("zone:z1")
                .build();
        assertGolden(
                "shards-simulation",
                RestForms.simulation(
                        SimulateShardsResponse.newBuilder()
                                .setNamespace("orders")
                                .setStrategyId("rendezvous")
                                .addAssignments(stays)
                                .addAssignments(moves)
                                .build(),
                        Make.TIME));
    }

    @Test
    void leadership_event() throws Exception {
        assertGolden(
                "leadership-event",
                RestForms.event(new LeadershipFeed()
                        .of(change(9, "Campaign", put(null, record(led("a", "n1", 8)))))
                        .getFirst()));
    }

    @Test
    void peer_withAndWithoutAnEndpoint() throws Exception {
        Peer peer = Peer.newBuilder()
                .setId("gw-1")
                .setMeta(RecordMeta.newBuilder()
                        .setVersion(3)
                        .setUpdatedAt(Make.TIME)
                        .putLabels("tier", "edge"))
                .setRole("gateway")
                .setRegion("eu")
                .setMeshVersion("1.2.3")
                .setStatus(PeerStatus.PEER_STATUS_ALIVE)
                .addEndpoints(PeerEndpoint.newBuilder().setTransport("http3").setAddress("10.0.0.1:443"))
                .build();
        assertGolden("peer", RestForms.peer(peer));
        assertGolden(
                "peer-bare",
                RestForms.peer(peer.toBuilder()
                        .clearEndpoints()
                        .setStatus(PeerStatus.PEER_STATUS_SUSPECT)
                        .build()));
    }

    @Test
    void grpc_numbersOfFieldsAndStates_areTheOriginals() throws Exception {
        ShardDiffNotification told = GrpcForms.diff(diff());

        assertThat(told.getCurrent().getStatus()).isEqualTo(ShardStatus.SHARD_STATUS_ACTIVE);
        assertThat(told.getHistory().getPreviousOwnerNodeId()).isEqualTo("n1");
        assertThat(ShardDiffNotification.getDescriptor().getFields())
                .extracting(field -> field.getName() + " " + field.getNumber())
                .containsExactly("position 1", "current 2", "previous 3", "history 4");
        assertThat(told.getCurrent().getDescriptorForType().getFields())
                .extracting(field -> field.getName() + " " + field.getNumber())
                .containsExactly(
                        "namespace 1",
                        "shard_id 2",
                        "strategy_id 3",
                        "owner_node_id 4",
                        "leader_id 5",
                        "capacity_hint 6",
                        "status 7",
                        "version 8",
                        "checksum 9",
                        "updated_at 10",
                        "change_ticket 11");
    }

    @Test
    void filter_statusesByNameAndNumber_severalInOneText() {
        assertThat(ShardFilter.ofQuery("", "", List.of("Active, draining;2", "DISABLED"), "")
                        .statuses())
                .containsExactly(1, 2, 3, 4);
        assertThatThrownBy(() -> ShardFilter.ofQuery("", "", List.of("gone"), ""))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("gone");
    }

    @Test
    void filter_positions_areThoseOfTheOriginal() {
        ShardFilter all = new ShardFilter("", "", List.of(), "");

        assertThat(all.watch(17).getWatch().getFromRevision()).isEqualTo(18);
        assertThat(all.watch(0).hasWatch()).isTrue();
        assertThat(all.watch(0).getWatch().getFromRevision()).isZero();
        assertThat(all.diff(17, 20).getFromVersion()).as("inclusive").isEqualTo(16);
        assertThat(all.diff(0, 0).getFromVersion()).isZero();
    }
}
