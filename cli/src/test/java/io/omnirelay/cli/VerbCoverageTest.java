package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.v1.CanIResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every rpc of the contract can be reached by a command: the commands are run, and what arrives is compared. But for Join,
 * which asks a server for its trust anchor first, and RenewCertificate, which needs a certificate.
 */
class VerbCoverageTest {

    /** rpc → the command that calls it. */
    private static final Map<String, String> COMMANDS = new TreeMap<>(Map.ofEntries(
            Map.entry("RegisterPeer", "mesh peers register a --role gateway"),
            Map.entry("UpdatePeer", "mesh peers update a --zone z"),
            Map.entry("DeregisterPeer", "mesh peers deregister a --yes"),
            Map.entry("LabelPeer", "mesh peers label a k=v old-"),
            Map.entry("CordonPeer", "mesh peers cordon a"),
            Map.entry("UncordonPeer", "mesh peers uncordon a"),
            Map.entry("DrainPeer", "mesh peers drain a --yes"),
            Map.entry("ResumePeer", "mesh peers resume a"),
            Map.entry("GetPeer", "mesh peers get a"),
            Map.entry("ListPeers", "mesh peers list"),
            Map.entry("CreateCluster", "mesh clusters create c --region r --owner o --ticket t"),
            Map.entry("UpdateCluster", "mesh clusters update c --priority 0 --ticket t"),
            Map.entry("PromoteCluster", "mesh clusters promote c --yes --reason r --ticket t"),
            Map.entry("DemoteCluster", "mesh clusters demote c --yes --reason r --ticket t"),
            Map.entry("DeleteCluster", "mesh clusters delete c --yes --ticket t"),
            Map.entry("GetCluster", "mesh clusters get c"),
            Map.entry("ListClusters", "mesh clusters list"),
            Map.entry("UpsertShard", "mesh shards upsert n s --owner a"),
            Map.entry("AssignShard", "mesh shards assign n s --owner a"),
            Map.entry("SetShardStatus", "mesh shards set-status n s paused"),
            Map.entry("DeleteShard", "mesh shards delete n s --yes"),
            Map.entry("GetShard", "mesh shards get n s"),
            Map.entry("ListShards", "mesh shards list"),
            Map.entry("DiffShards", "mesh shards diff --from 1"),
            Map.entry("ListShardHistory", "mesh shards history n s"),
            Map.entry("SimulateShards", "mesh shards simulate -n n --sim-node a=2@eu/eu-1"),
            Map.entry("PatchConfig", "mesh config patch mesh --patch {\"a\":1}"),
            Map.entry("DeleteConfig", "mesh config delete mesh --yes"),
            Map.entry("GetConfig", "mesh config show"),
            Map.entry("ListConfig", "mesh config list"),
            Map.entry("ListVersions", "mesh versions list"),
            Map.entry("GetVersions", "mesh versions get a"),
            Map.entry("SummarizeVersions", "mesh versions summary"),
            Map.entry("ListAudit", "mesh audit list"),
            Map.entry("GetAuditEntry", "mesh audit get 1"),
            Map.entry("CountAudit", "mesh audit count"),
            Map.entry("Transact", "mesh transact --file TRANSACTION"),
            Map.entry("LeavePeer", "mesh peers leave a --yes"),
            Map.entry("Campaign", "mesh leaders campaign x --candidate a"),
            Map.entry("Resign", "mesh leaders resign x --candidate a --yes"),
            Map.entry("DeleteLeadership", "mesh leaders delete x --yes"),
            Map.entry("GetLeadership", "mesh leaders status x"),
            Map.entry("ListLeaderships", "mesh leaders list"),
            Map.entry("KeepAlive", "mesh leaders renew 7"),
            Map.entry("ListLeases", "mesh leases get 7"),
            Map.entry("GetLeaseSummary", "mesh leases status"),
            Map.entry("ReleaseExpiryGuard", "mesh leases release-guard --reason gone"),
            Map.entry("GetQuorumStatus", "quorum status"),
            Map.entry("GetStateHash", "quorum hash"),
            Map.entry("TransferLeadership", "quorum transfer-leadership node-2"),
            Map.entry("CreateSnapshot", "quorum snapshot"),
            Map.entry("ListQuorumMembers", "quorum members list"),
            Map.entry("AddQuorumMember", "quorum members add node-4 --host h"),
            Map.entry("RemoveQuorumMember", "quorum members remove node-4 --yes"),
            Map.entry("ReplaceQuorumMember", "quorum members replace node-3 node-4 --host h --yes"),
            Map.entry("GetTransportStats", "mesh transport stats"),
            Map.entry("ListDowngradeEvents", "mesh debug downgrade-events"),
            Map.entry("Watch", "mesh events --kind peer --from-revision 1"),
            Map.entry("WatchPeers", "mesh peers list --watch"),
            Map.entry("WatchClusters", "mesh clusters list --watch"),
            Map.entry("WatchShards", "mesh shards list --watch"),
            Map.entry("WatchConfig", "mesh config list --watch"),
            Map.entry("WatchLeaderships", "mesh leaders status s --watch"),
            Map.entry("PutRole", "mesh access roles put r --permission mesh.operate:CordonPeer"),
            Map.entry("DeleteRole", "mesh access roles delete r --yes"),
            Map.entry("GetRole", "mesh access roles get r"),
            Map.entry("ListRoles", "mesh access roles list"),
            Map.entry("GrantAccess", "mesh access bindings grant --principal p --role mesh.read"),
            Map.entry("RevokeAccess", "mesh access bindings revoke b --yes"),
            Map.entry("GetBinding", "mesh access bindings get b"),
            Map.entry("ListBindings", "mesh access bindings list"),
            Map.entry("IssueToken", "mesh access tokens issue p"),
            Map.entry("RevokeToken", "mesh access tokens revoke t --yes"),
            Map.entry("RevokeTokenBatch", "mesh access tokens revoke-batch b --yes"),
            Map.entry("GetToken", "mesh access tokens get t"),
            Map.entry("ListTokens", "mesh access tokens list"),
            Map.entry("IssueJoinToken", "mesh bootstrap issue-token --role gateway"),
            Map.entry("RevokeJoinToken", "mesh bootstrap revoke-token j --yes"),
            Map.entry("RevokeJoinTokenBatch", "mesh bootstrap revoke-token --batch b --yes"),
            Map.entry("RevokeCertificates", "mesh bootstrap revoke-certificate 4a --yes"),
            Map.entry("PutIssuingPolicy", "mesh bootstrap policies put p --role gateway"),
            Map.entry("DeleteIssuingPolicy", "mesh bootstrap policies delete p --yes"),
            Map.entry("GetIssuingPolicy", "mesh bootstrap policies get p"),
            Map.entry("ListIssuingPolicies", "mesh bootstrap policies list"),
            Map.entry("GetJoinToken", "mesh bootstrap token j"),
            Map.entry("ListJoinTokens", "mesh bootstrap tokens"),
            Map.entry("GetCertificate", "mesh bootstrap certificate 4a"),
            Map.entry("ListCertificates", "mesh bootstrap certificates"),
            Map.entry("PutActionPolicy", "mesh policies put p --verb DrainPeer --require-reason"),
            Map.entry("DeleteActionPolicy", "mesh policies delete p --yes"),
            Map.entry("GetActionPolicy", "mesh policies get p"),
            Map.entry("ListActionPolicies", "mesh policies list"),
            Map.entry("ApproveMutation", "mesh approvals approve ap-7 --yes"),
            Map.entry("RejectMutation", "mesh approvals reject ap-7 --yes"),
            Map.entry("GetApproval", "mesh approvals show ap-7"),
            Map.entry("ListApprovals", "mesh approvals list"),
            Map.entry("PutQuota", "mesh quotas put n --shards-max 7"),
            Map.entry("DeleteQuota", "mesh quotas delete n --yes"),
            Map.entry("GetQuota", "mesh quotas get n"),
            Map.entry("ListQuotas", "mesh quotas list"),
            Map.entry("CanI", "mesh access can-i CordonPeer"),
            Map.entry("GetCapacity", "mesh capacity"),
            Map.entry("WhoAmI", "mesh access whoami")));

    @TempDir
    Path directory;

    @Test
    void everyRpc_isReachedByItsCommand() throws Exception {
        Path transaction =
                Files.writeString(directory.resolve("transaction.yaml"), "operations:\n  - cordonPeer: {id: a}\n");
        try (FakeRegistry registry = new FakeRegistry(directory)) {
            registry.on("CanI", q -> CanIResponse.newBuilder().setAllowed(true).build());
            Cli cli = new Cli(directory)
                    .with("OMNIRELAY_CONTEXT", registry.context().toString());
            COMMANDS.forEach((rpc, command) -> {
                Cli.Result result = cli.run(
                        command.replace("TRANSACTION", transaction.toString()).split(" "));
                // The fake quorum has no leader, and refuses watches.
                assertThat(result.exitCode())
                        .as("%s: %s", command, result.err())
                        .isIn(0, rpc.equals("GetQuorumStatus") ? 9 : rpc.startsWith("Watch") ? 3 : 0);
                assertThat(registry.requests(rpc)).as(command).hasSize(1);
            });
            assertThat(registry.calls().stream().map(FakeRegistry.Call::method))
                    .containsExactlyInAnyOrderElementsOf(COMMANDS.keySet());
        }
        assertThat(COMMANDS.keySet())
                .isEqualTo(FakeRegistry.SERVICES.stream()
                        .flatMap(service -> service.getMethods().stream())
                        .map(method -> method.getBareMethodName())
                        .filter(method -> !method.equals("Join") && !method.equals("RenewCertificate"))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }
}
