package io.omnirelay.cli.quorum;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay quorum init}: for nodes that something else starts, each on a host of its own. */
@Command(
        name = "init",
        description = "Makes the files of a new quorum, one node per host, and starts nothing.",
        footer = {
            "",
            "Every node listens on PORT (HTTPS), +1 (gRPC), +2 (Raft), +3 (node to node) of its host.",
            "A node starts with: omnirelay server run --config DIR/node-N/server.yaml"
        })
@SuppressWarnings("NullAway.Init") // The parent and the hosts are set by picocli.
final class InitCommand implements Callable<Integer> {
    private static final int BASE_PORT_MAX = 65_535 - NodeSpec.PORTS_PER_NODE + 1;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?");

    @ParentCommand
    QuorumCommand quorum;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            required = true,
            split = ",",
            description = "Name or IPv4 address of a node's host; 1, 3, 5 or 7 of them.")
    List<String> hosts;

    @Option(names = "--base-port", paramLabel = "PORT", description = "Of every node. Default: ${DEFAULT-VALUE}.")
    int basePort = 9440;

    @Override
    public Integer call() throws IOException {
        check();
        Layout layout = quorum.layoutToStart();
        if (QuorumFiles.exist(layout)) {
            throw RegistryException.of(
                    ErrorCode.ALREADY_EXISTS,
                    layout.directory() + " holds a quorum",
                    "Name an empty or new directory with --data.");
        }
        QuorumFiles.checkUsable(layout);
        QuorumFiles.create(layout, NodeSpec.onHosts(hosts, basePort));
        quorum.streams().out().println("Made a new quorum of " + hosts.size() + " in " + layout.directory());
        quorum.streams().out().println("The administrator's token is in " + layout.adminToken());
        return 0;
    }

    private void check() {
        if (hosts.size() > 7 || hosts.size() % 2 == 0) {
            throw invalid("--host: " + hosts.size() + " hosts do not fit", "Give 1, 3, 5 or 7.");
        }
        if (new HashSet<>(hosts).size() < hosts.size()) {
            throw invalid("--host: " + hosts + " names a host twice", "Each node needs a host of its own.");
        }
        for (String host : hosts) {
            if (!HOST.matcher(host).matches()) {
                throw invalid("--host: '" + host + "' is no host", "Give a name or an IPv4 address.");
            }
        }
        if (basePort < 1 || basePort > BASE_PORT_MAX) {
            throw invalid("--base-port: " + basePort + " does not fit", "Give 1 to " + BASE_PORT_MAX + ".");
        }
    }

    private static RegistryException invalid(String what, String hint) {
        return RegistryException.of(ErrorCode.INVALID_REQUEST, what, hint);
    }
}
