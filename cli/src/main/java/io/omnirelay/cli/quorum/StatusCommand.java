package io.omnirelay.cli.quorum;

import com.google.protobuf.Duration;
import io.meshkit.api.ErrorCode;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.omnirelay.cli.mesh.Session;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Json;
import io.omnirelay.cli.output.Names;
import io.omnirelay.cli.output.Streams;
import io.omnirelay.cli.output.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay quorum status}. */
@Command(
        name = "status",
        description = "Shows each node as it sees the quorum.",
        exitCodeListHeading = "Exit code:%n",
        exitCodeList = {"0:A majority is ready and agrees on its leader.", "9:It is not."})
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class StatusCommand implements Callable<Integer> {
    private static final java.time.Duration ASK_LIMIT = java.time.Duration.ofSeconds(3);
    private static final int HASH_SHOWN = 12;

    private static final Table<QuorumView.Seen> TABLE = Table.<QuorumView.Seen>builder()
            .text("NODE", QuorumView.Seen::node)
            .state("STATE", seen -> seen.ready() ? "ready" : seen.status() == null ? "down" : "not ready")
            .state("ROLE", seen -> text(seen, GetQuorumStatusResponse::getRole))
            .text("LEADER", seen -> text(seen, GetQuorumStatusResponse::getLeader))
            .text("TERM", seen -> text(seen, status -> Long.toString(status.getTerm())))
            .text("COMMITTED", seen -> text(seen, status -> Long.toString(status.getCommittedIndex())))
            .text("APPLIED", seen -> text(seen, status -> Long.toString(status.getAppliedIndex())))
            .text("REVISION", seen -> text(seen, status -> Long.toString(status.getRevision())))
            .text("HASH", seen -> text(seen, status -> cut(status.getStateHash())))
            .text("UPTIME", seen -> text(seen, status -> uptime(status.getUptime())))
            .build();

    @ParentCommand
    QuorumCommand quorum;

    @Override
    public Integer call() {
        Streams streams = quorum.streams();
        try (Session session = quorum.session()) {
            QuorumView view = QuorumView.ask(session.client(), ASK_LIMIT);
            if (quorum.global().node() != null) {
                List<QuorumView.Seen> one = view.nodes().stream()
                        .filter(seen -> seen.node().equals(quorum.global().node()))
                        .toList();
                return show(new QuorumView(one), view.ready(), streams);
            }
            return show(view, view.ready(), streams);
        }
    }

    private int show(QuorumView view, boolean ready, Streams streams) {
        Format format = quorum.global().format();
        if (format == Format.TABLE) {
            Table<QuorumView.Seen>.Printer printer = TABLE.printer(streams);
            view.nodes().forEach(printer::add);
            printer.finish();
            for (QuorumView.Seen seen : view.nodes()) {
                if (seen.status() != null && seen.status().getDiskLow()) {
                    streams.out()
                            .println(
                                    seen.node() + ": disk low, " + seen.status().getDiskFreeBytes()
                                            + " bytes free: what adds is refused while it leads");
                }
                if (seen.error() != null) {
                    streams.out().println(seen.node() + ": " + seen.error().getMessage());
                }
            }
        } else {
            String json = json(view, ready);
            streams.out().print(format == Format.JSON ? json + "\n" : Json.yaml(json));
        }
        return ready ? 0 : ErrorCode.NO_QUORUM.exitCode();
    }

    private static String json(QuorumView view, boolean ready) {
        List<String> nodes = new ArrayList<>();
        for (QuorumView.Seen seen : view.nodes()) {
            String inner = seen.status() == null
                    ? "\"node\": " + Json.quote(seen.node()) + ",\n  \"error\": "
                            + (seen.error() == null ? "null" : Json.of(seen.error()))
                    : members(Json.of(seen.status()));
            nodes.add(("{\n  \"up\": " + (seen.status() != null) + ",\n  " + inner + "\n}")
                    .indent(4)
                    .stripTrailing());
        }
        return "{\n  \"ready\": " + ready + ",\n  \"leader\": " + Json.quote(view.leader()) + ",\n  \"nodes\": [\n"
                + String.join(",\n", nodes) + "\n  ]\n}";
    }

    /** What is between the braces of an object. */
    private static String members(String object) {
        String text = object.strip();
        return text.substring(1, text.length() - 1).strip();
    }

    private static String text(QuorumView.Seen seen, Function<GetQuorumStatusResponse, String> value) {
        return seen.status() == null ? "" : value.apply(seen.status());
    }

    private static String cut(String hash) {
        return hash.length() > HASH_SHOWN ? hash.substring(0, HASH_SHOWN) : hash;
    }

    private static String uptime(Duration uptime) {
        return Names.of(uptime);
    }
}
