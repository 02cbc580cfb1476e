package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.CordonPeerRequest;
import io.meshkit.v1.CountAuditResponse;
import io.meshkit.v1.DeniedAttempt;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.ListAuditResponse;
import io.meshkit.v1.ListClustersResponse;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.ListPeersResponse;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.MutationResult;
import io.meshkit.v1.PatchConfigRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerAdminState;
import io.meshkit.v1.PeerEndpoint;
import io.meshkit.v1.PeerMutationResponse;
import io.meshkit.v1.PeerStatus;
import io.meshkit.v1.ReadInfo;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardStatus;
import io.meshkit.v1.UpdatePeerRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeshCommandTest {
    private static final Peer PEER = Peer.newBuilder()
            .setId("eu-gateway-1")
            .setMeta(RecordMeta.newBuilder()
                    .setVersion(2)
                    .setCreateRevision(7)
                    .setModRevision(42)
                    .setUpdatedAt(Timestamp.newBuilder().setSeconds(1_780_000_000L))
                    .setUpdatedBy("admin")
                    .putLabels("team", "edge")
                    .putLabels("machine", "c7g"))
            .setRole("gateway")
            .setClusterId("eu")
            .setRegion("eu-central-1")
            .setZone("eu-central-1a")
            .setMeshVersion("2.8.1")
            .addWireVersions("1")
            .addWireVersions("2")
            .addEndpoints(PeerEndpoint.newBuilder().setTransport("grpc").setAddress("10.0.0.1:443"))
            .setStatus(PeerStatus.PEER_STATUS_ALIVE)
            .setAdminState(PeerAdminState.PEER_ADMIN_STATE_CORDONED)
            .build();

    @TempDir
    Path directory;

    private FakeRegistry registry;
    private Cli cli;

    @BeforeEach
    void start() throws Exception {
        registry = new FakeRegistry(directory);
        cli = new Cli(directory).with("OMNIRELAY_CONTEXT", registry.context().toString());
        registry.on(
                "GetPeer",
                q -> GetPeerResponse.newBuilder()
                        .setPeer(PEER)
                        .setEtag("\"42\"")
                        .build());
        registry.on("ListPeers", q -> page((ListPeersRequest) q));
        registry.on(
                "CordonPeer",
                q -> PeerMutationResponse.newBuilder()
                        .setPeer(PEER)
                        .setResult(MutationResult.newBuilder().setChanged(true).setRevision(42))
                        .build());
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
    }

    /** Three peers in pages of two. */
    private static Message page(ListPeersRequest request) {
        boolean second = request.getPage().getCursor().equals("2");
        ListPeersResponse.Builder page = ListPeersResponse.newBuilder();
        if (second) {
            page.addPeers(
                    PEER.toBuilder().setId("us-1").clearZone().setAdminState(PeerAdminState.PEER_ADMIN_STATE_ACTIVE));
        } else {
            page.addPeers(PEER).addPeers(PEER.toBuilder().setId("eu-gateway-2")).setNextCursor("2");
        }
        return page.build();
    }

    private String out(String... args) {
        Cli.Result result = cli.run(args);
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        return result.out();
    }

    @Test
    void peersList_table() {
        Goldens.check("peers-list.txt", out("mesh", "peers", "list"));
    }

    @Test
    void peersList_json() {
        Goldens.check("peers-list.json", out("mesh", "peers", "list", "--json"));
    }

    @Test
    void peersList_yaml() {
        Goldens.check("peers-list.yaml", out("mesh", "peers", "list", "--output", "yaml", "--limit", "1"));
    }

    @Test
    void peersList_narrowTerminal_isCutAndColoured() {
        Cli.Result result = cli.with("COLUMNS", "60").typing("").run("mesh", "peers", "list");
        Goldens.check("peers-list-terminal.txt", result.out());
        assertThat(result.out()
                        .lines()
                        .map(line -> line.replaceAll("\u001b\\[[0-9;]*m", "").length()))
                .allMatch(width -> width <= 60);
    }

    @Test
    void peersList_noColor_isRespected() {
        assertThat(cli.with("NO_COLOR", "1")
                        .typing("")
                        .run("mesh", "peers", "list")
                        .out())
                .doesNotContain("\u001b");
    }

    @Test
    void peersList_limit_endsWithinAPage() {
        assertThat(out("mesh", "peers", "list", "--limit", "1").lines()).hasSize(2);
        assertThat(registry.requests("ListPeers")).hasSize(1);
    }

    @Test
    void peersList_sort_isTheRegistrysToDo() {
        out("mesh", "peers", "list", "--sort", "region desc,role", "--limit", "1");
        assertThat(registry.requests("ListPeers"))
                .extracting(request -> ((ListPeersRequest) request).getOrderBy())
                .containsExactly("region desc,role");
    }

    @Test
    void peersGet_table() {
        Goldens.check("peers-get.txt", out("mesh", "peers", "get", "eu-gateway-1"));
    }

    @Test
    void peersGet_json() {
        Goldens.check("peers-get.json", out("mesh", "peers", "get", "eu-gateway-1", "--json"));
    }

    @Test
    void peersCordon_table() {
        Goldens.check("peers-cordon.txt", out("mesh", "peers", "cordon", "eu-gateway-1", "--reason", "why"));
    }

    @Test
    void clustersList_table() {
        registry.on(
                "ListClusters",
                q -> ListClustersResponse.newBuilder()
                        .addClusters(Cluster.newBuilder()
                                .setId("eu")
                                .setRegion("eu-central-1")
                                .setState(ClusterState.CLUSTER_STATE_ACTIVE)
                                .setPriority(100)
                                .addOwners("mesh@example.org")
                                .setReady(true)
                                .setFailoverEpoch(3))
                        .build());
        Goldens.check("clusters-list.txt", out("mesh", "clusters", "list"));
    }

    @Test
    void shardsList_table() {
        registry.on(
                "ListShards",
                q -> ListShardsResponse.newBuilder()
                        .addShards(Shard.newBuilder()
                                .setNamespace("events")
                                .setShardId("s-1")
                                .setStatus(ShardStatus.SHARD_STATUS_ACTIVE)
                                .setStrategyId("rendezvous")
                                .setOwnerNodeId("eu-gateway-1")
                                .setOwnerEpoch(1)
                                .setChecksum("0123456789ABCDEF"))
                        .build());
        Goldens.check("shards-list.txt", out("mesh", "shards", "list"));
    }

    @Test
    void auditList_table() {
        registry.on(
                "ListAudit",
                q -> ListAuditResponse.newBuilder()
                        .addEntries(AuditEntry.newBuilder()
                                .setRevision(42)
                                .setTime(Timestamp.newBuilder().setSeconds(1_780_000_000L))
                                .setActor("admin")
                                .setVerb("CordonPeer")
                                .setReason("disk")
                                .setChangeTicket("CHG-1")
                                .addChanges(RecordChange.newBuilder()
                                        .setKind("peer")
                                        .setName("eu-gateway-1")))
                        .addEntries(AuditEntry.newBuilder()
                                .setRevision(43)
                                .setTime(Timestamp.newBuilder().setSeconds(1_780_000_010L))
                                .setActor("meshkit:denials")
                                .setVerb("RecordDenials")
                                .addDenied(DeniedAttempt.newBuilder()
                                        .setActor("bob")
                                        .setVerb("DrainPeer")
                                        .setCount(11))
                                .addDenied(DeniedAttempt.newBuilder().setCount(1)))
                        .build());
        Goldens.check("audit-list.txt", out("mesh", "audit", "list"));
    }

    @Test
    void auditCount_json() {
        registry.on(
                "CountAudit",
                q -> CountAuditResponse.newBuilder()
                        .setEntries(1204)
                        .setOldestRevision(1)
                        .build());
        Goldens.check("audit-count.json", out("mesh", "audit", "count", "--json"));
    }

    @ParameterizedTest
    @CsvSource({
        "'',help.txt",
        "'mesh --help',help-mesh.txt",
        "'mesh peers list --help',help-peers-list.txt",
        "'mesh import --help',help-import.txt",
        "'mesh access --help',help-access.txt",
        "'mesh access tokens issue --help',help-tokens-issue.txt",
        "'quorum up --help',help-quorum-up.txt"
    })
    void help(String command, String golden) {
        Goldens.check(golden, out(command.isEmpty() ? new String[0] : command.split(" ")));
    }

    @Test
    void error_isShownWithItsHintAndExitCode() {
        registry.on("CordonPeer", q -> {
            throw RegistryException.of(ErrorCode.NOT_FOUND, "peer x does not exist", "List the peers.");
        });
        Cli.Result text = cli.run("mesh", "peers", "cordon", "x");
        assertThat(text)
                .isEqualTo(new Cli.Result(4, "", "error: NOT_FOUND: peer x does not exist\nhint: List the peers.\n"));
        Cli.Result json = cli.run("mesh", "peers", "cordon", "x", "--json");
        assertThat(json.exitCode()).isEqualTo(4);
        Goldens.check("error.json", json.err());
    }

    @ParameterizedTest
    @CsvSource({
        "mesh pers list,peers",
        "mesh peers list --stat x,'Did you mean --state'",
        "mesh peers get,'Missing required parameter'",
        "mesh,'Missing required subcommand'",
        "mesh peers list --state sleepy,'active, cordoned'",
        "mesh peers list --timeout never,10s",
        "mesh peers list --consistency at-least,at-least:REVISION",
        "mesh peers list --node node-9,node-1",
        "mesh peers list --transport pigeon,grpc-h3",
        "mesh peers update a,'nothing to update'",
        "mesh config patch mesh,--patch"
    })
    void misuse_exits2WithAHint(String command, String expected) {
        Cli.Result result = cli.run(command.split(" "));
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .startsWith("error: INVALID_REQUEST: ")
                .contains("hint: ")
                .contains(expected);
        assertThat(registry.calls()).isEmpty();
    }

    @Test
    void destructive_withoutAPerson_needsYes() {
        Cli.Result result = cli.run("mesh", "peers", "drain", "a");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("--yes");
        assertThat(registry.calls()).isEmpty();
    }

    @Test
    void destructive_withAPerson_needsTheNameTyped() {
        assertThat(cli.typing("b\n").run("mesh", "peers", "drain", "a").exitCode())
                .isEqualTo(2);
        assertThat(registry.calls()).isEmpty();
        assertThat(cli.typing("a\n").run("mesh", "peers", "drain", "a").exitCode())
                .isZero();
        assertThat(registry.calls()).hasSize(1);
    }

    @Test
    void mutationFlags_reachTheRequest() {
        out(
                "mesh",
                "peers",
                "cordon",
                "a",
                "--reason",
                "r",
                "--ticket",
                "t",
                "--if-match",
                "42",
                "--request-id",
                "id",
                "--dry-run");
        CordonPeerRequest request =
                (CordonPeerRequest) registry.requests("CordonPeer").get(0);
        assertThat(request.getOptions().getReason()).isEqualTo("r");
        assertThat(request.getOptions().getChangeTicket()).isEqualTo("t");
        assertThat(request.getOptions().getIfMatch()).isEqualTo("\"42\"");
        assertThat(request.getOptions().getRequestId()).isEqualTo("id");
        assertThat(request.getOptions().getDryRun()).isTrue();
    }

    @Test
    void consistency_reachesTheRequest() {
        out("mesh", "peers", "get", "a", "--consistency", "at-least:9");
        GetPeerRequest request = (GetPeerRequest) registry.requests("GetPeer").get(0);
        assertThat(request.getRead().getLevel()).isEqualTo(ReadLevel.READ_LEVEL_AT_LEAST);
        assertThat(request.getRead().getMinRevision()).isEqualTo(9);
    }

    @Test
    void update_masksWhatWasNamed() {
        out("mesh", "peers", "update", "a", "--zone", "", "--label", "k=v");
        UpdatePeerRequest request =
                (UpdatePeerRequest) registry.requests("UpdatePeer").get(0);
        assertThat(request.getUpdateMask().getPathsList()).containsExactly("meta.labels", "zone");
        assertThat(request.getPeer().getMeta().getLabelsMap()).containsEntry("k", "v");
    }

    @Test
    void configPatch_keepsJsonTypes() {
        out("mesh", "config", "patch", "mesh", "--patch", "{\"a\": {\"b\": [1, true, null, \"2\"]}}");
        PatchConfigRequest request =
                (PatchConfigRequest) registry.requests("PatchConfig").get(0);
        var list = request.getPatch()
                .getFieldsOrThrow("a")
                .getStructValue()
                .getFieldsOrThrow("b")
                .getListValue();
        assertThat(list.getValues(0).getNumberValue()).isEqualTo(1);
        assertThat(list.getValues(1).getBoolValue()).isTrue();
        assertThat(list.getValues(2).hasNullValue()).isTrue();
        assertThat(list.getValues(3).getStringValue()).isEqualTo("2");
    }

    @Test
    void verbose_saysHowTheAnswerCame() {
        registry.on(
                "GetPeer",
                q -> GetPeerResponse.newBuilder()
                        .setPeer(PEER)
                        .setReadInfo(ReadInfo.newBuilder().setRevision(42))
                        .build());
        assertThat(cli.run("mesh", "peers", "get", "a", "-v").err())
                .matches("GetPeer: node=node-1 protocol=h2 transport=grpc encoding=protobuf ms=[0-9.]+ attempts=1"
                        + " revision=42 downgrade=policy \\(no HTTPS port is known\\)\n");
        assertThat(cli.run("mesh", "peers", "get", "a", "-v", "--transport", "grpc")
                        .err())
                .startsWith("GetPeer: node=node-1 ")
                .doesNotContain("downgrade");
        assertThat(cli.run("mesh", "peers", "cordon", "a", "-v", "--request-id", "mine")
                        .err())
                .contains("requestId=mine revision=42");
        assertThat(cli.run("mesh", "peers", "list", "-v").err().lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("ListPeers: node=node-1 "));
        registry.on("GetPeer", q -> {
            throw RegistryException.of(ErrorCode.NOT_FOUND, "peer x does not exist", "");
        });
        assertThat(cli.run("mesh", "peers", "get", "x", "-v").err())
                .startsWith("GetPeer: error=NOT_FOUND node=node-1 protocol=h2 ");
    }

    @Test
    void transport_ofTheEnvironment_isUsedUnlessAnOptionNamesOne() {
        cli.with("OMNIRELAY_TRANSPORT", "http2");
        assertThat(cli.run("mesh", "peers", "get", "a").err()).contains("transport http2 needs the HTTPS port");
        assertThat(cli.run("mesh", "peers", "get", "a", "--transport", "grpc-h3")
                        .err())
                .contains("transport http3 needs the HTTPS port");
        out("mesh", "peers", "get", "a", "--transport", "grpc");
        assertThat(cli.with("OMNIRELAY_TRANSPORT", "pigeon")
                        .run("mesh", "peers", "get", "a")
                        .err())
                .contains("OMNIRELAY_TRANSPORT: 'pigeon'");
    }

    @ParameterizedTest
    @CsvSource({"bash,_complete_omnirelay", "zsh,bashcompinit"})
    void completion_namesTheCommands(String shell, String expected) {
        assertThat(out("completion", shell))
                .contains(expected)
                .contains("cordon")
                .contains("transfer-leadership");
    }
}
