package io.meshkit.bench;

import java.util.List;
import java.util.Locale;

/** What the sample's peers do. */
enum SampleRole {
    GATEWAY("edge", "c7g.xlarge", 1, List.of("ingress", "tls-termination")),
    DISPATCHER("data-plane", "c7g.2xlarge", 2, List.of("backpressure", "routing")),
    WORKER("data-plane", "r7g.4xlarge", 3, List.of("execution", "spill-to-disk")),
    COORDINATOR("mesh-platform", "m7g.large", 4, List.of("leadership", "rebalance"));

    final String team;
    final String machine;
    /** The third byte of its peers' addresses starts here, times 10. */
    final int subnet;

    final List<String> capabilities;

    SampleRole(String team, String machine, int subnet, List<String> capabilities) {
        this.team = team;
        this.machine = machine;
        this.subnet = subnet;
        this.capabilities = capabilities;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
