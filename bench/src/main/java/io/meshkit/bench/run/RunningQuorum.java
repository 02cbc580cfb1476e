package io.meshkit.bench.run;

import io.meshkit.client.ClientContext;
import io.meshkit.client.Endpoint;
import io.meshkit.client.TransportMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A quorum that somebody has started.
 *
 * @param file its {@code client.yaml}
 */
record RunningQuorum(Path file, ClientContext context) {

    /** What callers show who do not go through the SDK. */
    record Secrets(String caPem, String token) {}

    /**
     * @param named by an option, or null
     * @throws io.meshkit.api.RegistryException INVALID_REQUEST if nothing names one
     */
    static RunningQuorum find(@Nullable Path named) throws IOException {
        Path file = ContextFile.find(named, System.getenv());
        return new RunningQuorum(file, ClientContext.load(file));
    }

    Path directory() {
        return file.resolveSibling(".").normalize();
    }

    List<String> names() {
        return context.endpoints().stream().map(Endpoint::node).toList();
    }

    /** Its nodes if all of them run on this machine, else none: what some of them cost is no figure of the quorum. */
    LocalNodes allOrNone(ProcFiles proc, PrintWriter progress) {
        LocalNodes nodes = LocalNodes.find(directory(), names(), proc);
        if (nodes.nodes().size() == names().size()) {
            return nodes;
        }
        progress.println("not all nodes run on this machine: their CPU time, memory and disk stay unknown");
        progress.flush();
        return new LocalNodes(directory(), List.of());
    }

    /** One for a whole run: figures of a client that may change it between two measurements compare nothing. */
    TransportMode transport() {
        return context.transport() == TransportMode.AUTO ? TransportMode.GRPC : context.transport();
    }

    /** @param whoNeeds them, for the complaint that the file names none */
    Secrets secrets(OptionValues options, String whoNeeds) throws IOException {
        Path tokenFile = context.tokenFile();
        Path ca = context.ca();
        if (tokenFile == null || ca == null) {
            throw options.invalid("--context", file + " names no ca or no tokenFile, which " + whoNeeds);
        }
        return new Secrets(Files.readString(ca), Files.readString(tokenFile).strip());
    }
}
