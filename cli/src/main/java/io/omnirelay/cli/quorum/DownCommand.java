package io.omnirelay.cli.quorum;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.ClientContext;
import io.omnirelay.cli.output.Streams;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay quorum down}. */
@Command(name = "down", description = "Stops the nodes of a quorum on this machine. Its data stays.")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class DownCommand implements Callable<Integer> {

    @ParentCommand
    QuorumCommand quorum;

    @Option(
            names = "--grace",
            paramLabel = "SECONDS",
            description = "How long a node may take to end before it is killed. Default: ${DEFAULT-VALUE}.")
    int graceSeconds = 20;

    @Override
    public Integer call() {
        Layout layout = quorum.layoutInUse();
        Streams streams = quorum.streams();
        if (!QuorumFiles.exist(layout)) {
            throw RegistryException.of(
                    ErrorCode.NOT_FOUND, "no quorum in " + layout.directory(), "Name its directory with --data.");
        }
        List<NodeProcess> nodes = ClientContext.load(layout.clientYaml()).endpoints().stream()
                .map(endpoint -> new NodeProcess(layout, endpoint.node()))
                .toList();
        List<String> fates = nodes.parallelStream()
                .map(node -> node.node() + " "
                        + node.find()
                                .map(process -> node.stop(process, Duration.ofSeconds(graceSeconds)))
                                .orElse("was not running"))
                .toList();
        fates.forEach(streams.out()::println);
        return fates.stream().anyMatch(fate -> fate.endsWith("does not end")) ? 1 : 0;
    }
}
