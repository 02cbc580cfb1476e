package io.omnirelay.cli.mesh;

import io.meshkit.v1.DowngradeEvent;
import io.meshkit.v1.ListDowngradeEventsRequest;
import io.meshkit.v1.ListDowngradeEventsResponse;
import io.meshkit.v1.TransportServiceGrpc;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Json;
import io.omnirelay.cli.output.Table;
import io.omnirelay.transport.json.ProtoJson;
import io.omnirelay.transport.json.ProtoJson.Defaults;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh debug}. */
@Command(
        name = "debug",
        description = "What operators look at when something is odd.",
        synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class DebugCommand {
    private static final long POLL_MS = 1_000;

    private static final Table<DowngradeEvent> EVENTS = Table.<DowngradeEvent>builder()
            .number("ID", DowngradeEvent::getId)
            .text(
                    "TIME",
                    event -> Instant.ofEpochSecond(event.getTime().getSeconds()).toString())
            .text("REASON", event -> event.getReason() + (event.getRefused() ? ", refused" : ""))
            .text("ENDPOINT", DowngradeEvent::getEndpoint)
            .text("TRANSPORT", DowngradeEvent::getTransport)
            .text("ENCODING", DowngradeEvent::getEncoding)
            .text("REMOTE", DowngradeEvent::getRemote)
            .number("CALLS", DowngradeEvent::getCalls)
            .build();

    @ParentCommand
    MeshCommand mesh;

    @Command(
            name = "downgrade-events",
            description = {
                "Lists the last calls of a node (--node, else any) that came by less than the best transport.",
                "One event stands for all calls of its kind within 10 s."
            })
    int downgradeEvents(
            @Option(names = "--after", paramLabel = "ID", description = "Only events after this one.") long after,
            @Option(names = "--limit", paramLabel = "N", description = "At most so many; 100 if not given.") int limit,
            @Option(
                            names = "--watch",
                            description = "Go on until interrupted; with --json one object a line. Name the --node:"
                                    + " each node has events of its own.")
                    boolean watch) {
        try (Session session = mesh.session()) {
            ListDowngradeEventsResponse page = page(session, after, limit);
            if (!watch) {
                once(page);
                return 0;
            }
            while (true) {
                show(page.getEventsList());
                if (mesh.streams().out().checkError()) {
                    return 0;
                }
                if (page.getEventsCount() == 0) {
                    Thread.sleep(POLL_MS);
                }
                page = page(session, page.getLastId(), limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static ListDowngradeEventsResponse page(Session session, long after, int limit) {
        return session.call(
                TransportServiceGrpc.getListDowngradeEventsMethod(),
                ListDowngradeEventsRequest.newBuilder()
                        .setAfter(after)
                        .setLimit(limit)
                        .build());
    }

    private void once(ListDowngradeEventsResponse page) {
        switch (mesh.global().format()) {
            case JSON -> mesh.streams().out().println(Json.of(page));
            case YAML -> mesh.streams().out().print(Json.yaml(page));
            case TABLE -> show(page.getEventsList());
        }
    }

    private void show(List<DowngradeEvent> events) {
        if (mesh.global().format() != Format.TABLE) {
            events.forEach(event -> mesh.streams().out().println(ProtoJson.printToString(event, Defaults.OMIT)));
        } else if (!events.isEmpty()) {
            Table<DowngradeEvent>.Printer printer = EVENTS.printer(mesh.streams());
            events.forEach(printer::add);
            printer.finish();
        }
    }
}
