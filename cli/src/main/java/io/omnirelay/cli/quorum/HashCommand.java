package io.omnirelay.cli.quorum;

import io.meshkit.api.ErrorCode;
import io.meshkit.client.CallSettings;
import io.meshkit.client.Endpoint;
import io.meshkit.v1.GetStateHashRequest;
import io.meshkit.v1.GetStateHashResponse;
import io.meshkit.v1.QuorumServiceGrpc;
import io.omnirelay.cli.mesh.Session;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Json;
import io.omnirelay.cli.output.Streams;
import io.omnirelay.cli.output.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay quorum hash}. */
@Command(
        name = "hash",
        description = "Compares the nodes' state by its hashes; with --node shows one node's.",
        exitCodeListHeading = "Exit code:%n",
        exitCodeList = {
            "0:All nodes answered, and those at the same revision have the same hashes.",
            "1:They have not: the state diverged.",
            "9:A node did not answer; the others agree."
        })
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class HashCommand implements Callable<Integer> {

    private record Hashed(String node, GetStateHashResponse hash) {
        long revision() {
            return hash.getReadInfo().getRevision();
        }

        boolean contradicts(Hashed other) {
            return revision() == other.revision()
                    && !(hash.getChainHash().equals(other.hash.getChainHash())
                            && hash.getContentHash().equals(other.hash.getContentHash()));
        }
    }

    private static final Table<Hashed> TABLE = Table.<Hashed>builder()
            .text("NODE", Hashed::node)
            .number("REVISION", Hashed::revision)
            .number("RECORDS", hashed -> hashed.hash().getRecords())
            .text("CHAIN", hashed -> hashed.hash().getChainHash())
            .text("CONTENT", hashed -> hashed.hash().getContentHash())
            .build();

    @ParentCommand
    QuorumCommand quorum;

    @Override
    public Integer call() {
        Streams streams = quorum.streams();
        Format format = quorum.global().format();
        try (Session session = quorum.session()) {
            if (quorum.global().node() != null && format != Format.TABLE) {
                GetStateHashResponse hash = session.call(
                        QuorumServiceGrpc.getGetStateHashMethod(), GetStateHashRequest.getDefaultInstance());
                streams.out().print(format == Format.JSON ? Json.of(hash) + "\n" : Json.yaml(hash));
                return 0;
            }
            List<Hashed> hashes = new ArrayList<>();
            for (Endpoint endpoint : session.client().endpoints()) {
                if (quorum.global().node() == null
                        || endpoint.node().equals(quorum.global().node())) {
                    hashes.add(new Hashed(endpoint.node(), ask(session, endpoint)));
                }
            }
            return show(hashes, format, streams);
        }
    }

    private static GetStateHashResponse ask(Session session, Endpoint endpoint) {
        CallSettings settings = session.settings().withNode(endpoint.node());
        return session.client()
                .call(
                        QuorumServiceGrpc.getGetStateHashMethod(),
                        session.reading(GetStateHashRequest.getDefaultInstance()),
                        settings);
    }

    private static int show(List<Hashed> hashes, Format format, Streams streams) {
        boolean diverged = hashes.stream().anyMatch(one -> hashes.stream().anyMatch(one::contradicts));
        if (format == Format.TABLE) {
            Table<Hashed>.Printer printer = TABLE.printer(streams);
            hashes.forEach(printer::add);
            printer.finish();
            if (diverged) {
                streams.err().println("error: CORRUPTION: nodes at the same revision have different hashes");
            }
        } else {
            String nodes = hashes.stream()
                    .map(hashed ->
                            "    {\"node\": " + Json.quote(hashed.node()) + ", \"revision\": " + hashed.revision()
                                    + ", \"records\": " + hashed.hash().getRecords() + ",\n     \"chainHash\": "
                                    + Json.quote(hashed.hash().getChainHash()) + ",\n     \"contentHash\": "
                                    + Json.quote(hashed.hash().getContentHash()) + "}")
                    .collect(Collectors.joining(",\n"));
            String json = "{\n  \"diverged\": " + diverged + ",\n  \"nodes\": [\n" + nodes + "\n  ]\n}";
            streams.out().print(format == Format.JSON ? json + "\n" : Json.yaml(json));
        }
        return diverged ? ErrorCode.CORRUPTION.exitCode() : 0;
    }
}
