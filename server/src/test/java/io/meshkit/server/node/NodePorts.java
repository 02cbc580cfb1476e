package io.meshkit.server.node;

import io.grpc.BindableService;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.server.disk.DiskGate;
import io.meshkit.server.verbs.Barrier;
import io.meshkit.server.verbs.FakeReplica;
import io.meshkit.server.verbs.LeaderEvents;
import io.meshkit.server.verbs.LeaderRetry;
import io.meshkit.server.verbs.Leadership;
import io.meshkit.server.verbs.QuorumStatus;
import io.meshkit.server.verbs.Readiness;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** Node ports of members whose replicas are fakes. */
final class NodePorts {
    private NodePorts() {}

    /** The caller closes it. */
    static NodeServer open(
            ServerConfig config,
            MemberTls tls,
            NodeStanding standing,
            FakeReplica replica,
            DiskGate disk,
            List<BindableService> services,
            ExecutorService executor)
            throws Exception {
        Barrier barrier = new Barrier(replica, null, new LeaderRetry(replica, new LeaderEvents(replica), 100));
        return NodeServer.start(
                config,
                tls,
                standing,
                replica,
                new Leadership(replica, () -> List.of(FakeReplica.SELF), null),
                new QuorumStatus(replica, new Readiness(barrier, () -> true), "test", List::of, "test", disk),
                disk,
                services,
                executor);
    }
}
