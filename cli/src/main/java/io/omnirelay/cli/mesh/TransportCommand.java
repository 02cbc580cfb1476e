package io.omnirelay.cli.mesh;

import io.meshkit.v1.DowngradeCount;
import io.meshkit.v1.GetTransportStatsRequest;
import io.meshkit.v1.GetTransportStatsResponse;
import io.meshkit.v1.NegotiatedCalls;
import io.meshkit.v1.OpenCalls;
import io.meshkit.v1.TransportConnections;
import io.meshkit.v1.TransportException;
import io.meshkit.v1.TransportPolicyStatus;
import io.meshkit.v1.TransportServiceGrpc;
import io.omnirelay.cli.output.Json;
import io.omnirelay.cli.output.Table;
import java.io.PrintStream;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh transport}. */
@Command(name = "transport", description = "How calls reach the nodes.", synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class TransportCommand {
    private static final Table<NegotiatedCalls> CALLS = Table.<NegotiatedCalls>builder()
            .text("ENDPOINT", NegotiatedCalls::getEndpoint)
            .text("TRANSPORT", NegotiatedCalls::getTransport)
            .text("ENCODING", NegotiatedCalls::getEncoding)
            .number("CALLS", NegotiatedCalls::getCalls)
            .number("REFUSED", NegotiatedCalls::getRefused)
            .build();

    @ParentCommand
    MeshCommand mesh;

    @Command(description = "Shows what a node (--node, else any) negotiated since it started, and its policy.")
    int stats() {
        try (Session session = mesh.session()) {
            GetTransportStatsResponse stats = session.call(
                    TransportServiceGrpc.getGetTransportStatsMethod(), GetTransportStatsRequest.getDefaultInstance());
            switch (mesh.global().format()) {
                case JSON -> mesh.streams().out().println(Json.of(stats));
                case YAML -> mesh.streams().out().print(Json.yaml(stats));
                case TABLE -> table(stats);
            }
        }
        return 0;
    }

    private void table(GetTransportStatsResponse stats) {
        Table<NegotiatedCalls>.Printer printer = CALLS.printer(mesh.streams());
        stats.getNegotiatedList().forEach(printer::add);
        printer.finish();
        PrintStream out = mesh.streams().out();
        out.println();
        out.println("node:         " + stats.getNode());
        out.println("connections:  "
                + stats.getConnectionsList().stream()
                        .map(TransportCommand::connections)
                        .collect(Collectors.joining(", ")));
        out.println("open calls:   "
                + stats.getOpenCallsList().stream().map(TransportCommand::open).collect(Collectors.joining(", ")));
        out.println("downgrades:   " + downgrades(stats));
        policy(stats.getPolicy(), out);
    }

    private static String connections(TransportConnections one) {
        return one.getProtocol() + " " + one.getOpen() + " open of " + one.getOpened();
    }

    private static String open(OpenCalls one) {
        return one.getTransport() + " " + one.getOpen();
    }

    private static String downgrades(GetTransportStatsResponse stats) {
        if (stats.getDowngradesCount() == 0) {
            return "none";
        }
        return stats.getDowngradesList().stream().map(TransportCommand::reason).collect(Collectors.joining(", "))
                + String.format(Locale.ROOT, " (%.1f %% of the calls)", stats.getDowngradeRatio() * 100);
    }

    private static String reason(DowngradeCount one) {
        return one.getReason() + " " + one.getCalls();
    }

    private static void policy(TransportPolicyStatus policy, PrintStream out) {
        out.println("policy:       " + policy.getEndpoints() + " endpoints, " + policy.getViolations() + " violations, "
                + policy.getWarnings() + " warnings, live document: " + policy.getLiveDocument());
        for (TransportException exception : policy.getExceptionsList()) {
            out.println("exception:    " + exception.getTarget() + ", approved by " + exception.getApprovedBy() + ", "
                    + (exception.getDaysToExpiry() < 0 ? "expired" : exception.getDaysToExpiry() + " days left"));
        }
    }
}
