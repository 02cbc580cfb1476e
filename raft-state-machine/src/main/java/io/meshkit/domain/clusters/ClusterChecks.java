package io.meshkit.domain.clusters;

import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.v1.ChangeKind;
import io.meshkit.v1.Cluster;
import java.util.List;

/** What is wrong with a cluster's descriptor whatever the state. */
final class ClusterChecks {
    private ClusterChecks() {}

    /** A whole descriptor: the governance fields are there. */
    static void descriptor(Cluster cluster, Check check) {
        given(cluster, check);
        check.required("cluster.region", cluster.getRegion(), "name the region");
        owners(cluster, check);
    }

    static void owners(Cluster cluster, Check check) {
        check.that(
                cluster.getOwnersCount() > 0, "cluster.owners", "nobody owns the cluster", "name at least one owner");
    }

    /** The fields that are given, whichever they are. */
    static void given(Cluster cluster, Check check) {
        check.id("cluster.id", cluster.getId())
                .meta("cluster.meta", cluster.getMeta())
                .text("cluster.region", cluster.getRegion())
                .knownOrUnset("cluster.state", cluster.getState())
                .that(
                        cluster.getPriority() >= 0 && cluster.getPriority() <= DomainLimits.PRIORITY_MAX,
                        "cluster.priority",
                        "priority is " + cluster.getPriority(),
                        "0–" + DomainLimits.PRIORITY_MAX + ", the higher is preferred")
                .texts("cluster.owners", cluster.getOwnersList())
                .ids("cluster.dependencies", cluster.getDependenciesList())
                .each("cluster.replicationEndpoints", cluster.getReplicationEndpointsCount(), i -> {
                    var endpoint = cluster.getReplicationEndpoints(i);
                    check.endpoint(
                            "cluster.replicationEndpoints[" + i + "]", endpoint.getTransport(), endpoint.getAddress());
                });
        notItself("cluster.dependencies", cluster.getDependenciesList(), cluster, check);
        if (cluster.hasFailoverPolicy()) {
            var policy = cluster.getFailoverPolicy();
            check.known("cluster.failoverPolicy.mode", policy.getMode())
                    .ids("cluster.failoverPolicy.targets", policy.getTargetsList())
                    .duration("cluster.failoverPolicy.maxLag", policy.getMaxLag());
            notItself("cluster.failoverPolicy.targets", policy.getTargetsList(), cluster, check);
        }
    }

    static void changeKind(ChangeKind kind, Check check) {
        check.knownOrUnset("changeKind", kind);
    }

    private static void notItself(String field, List<String> ids, Cluster cluster, Check check) {
        check.that(
                !ids.contains(cluster.getId()),
                field,
                field + " names cluster " + cluster.getId() + " itself",
                "name other clusters");
    }
}
