package io.omnirelay.cli.mesh;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.MutationOptions;
import io.omnirelay.cli.file.MeshFile;
import io.omnirelay.cli.file.YamlText;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Json;
import io.omnirelay.cli.output.Progress;
import io.omnirelay.cli.output.Streams;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh import}. */
@Command(
        name = "import",
        description = "Puts the clusters, peers, shards and config documents of a file into the registry.",
        footer = {
            "",
            "The file is checked as a whole before anything is sent. Repeating an import with the same",
            "--import-id applies each record at most once, whatever interrupted it."
        })
@SuppressWarnings("NullAway.Init") // Set by picocli.
final class ImportCommand implements Callable<Integer> {
    private static final Duration RECORD_TIMEOUT_DEFAULT = Duration.ofSeconds(60);

    @ParentCommand
    MeshCommand mesh;

    @Parameters(paramLabel = "FILE", description = "YAML or JSON of kind Mesh; - for standard input.")
    String file;

    @Option(names = "--dry-run", description = "Check the file and compare it with the registry; change nothing.")
    boolean dryRun;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "Records under way at once, 1–1024. Default: ${DEFAULT-VALUE}.")
    int concurrency = 32;

    @Option(names = "--skip-existing", description = "Leave clusters and peers alone that exist and differ.")
    boolean skipExisting;

    @Option(names = "--upsert", description = "Change clusters and peers that exist and differ.")
    boolean upsert;

    @Option(names = "--import-id", paramLabel = "ID", description = "Identifies the import. Default: a new one.")
    @Nullable
    String importId;

    @Option(names = "--reason", paramLabel = "TEXT", description = "For the audit history. Default: import of FILE.")
    @Nullable
    String reason;

    @Option(
            names = "--ticket",
            paramLabel = "TICKET",
            description = "The change ticket, which clusters require. Default: import-ID.")
    @Nullable
    String ticket;

    @Override
    public Integer call() {
        if (skipExisting && upsert) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST, "--skip-existing and --upsert exclude each other", "");
        }
        if (concurrency < 1 || concurrency > 1024) {
            throw GlobalOptions.invalid("--concurrency", Integer.toString(concurrency), "1 to 1024");
        }
        Streams streams = mesh.streams();
        MeshFile parsed = MeshFile.parse(file, YamlText.read(file, streams.in()));
        String id = importId == null ? UUID.randomUUID().toString() : importId;
        Importer.OnExisting onExisting = upsert
                ? Importer.OnExisting.UPDATE
                : skipExisting ? Importer.OnExisting.SKIP : Importer.OnExisting.FAIL;
        try (Session session = Session.open(mesh.global(), streams, RECORD_TIMEOUT_DEFAULT)) {
            Importer importer =
                    new Importer(new RecordVerbs(session.client(), session.settings()), options(id), id, onExisting);
            if (dryRun) {
                importer.compare(parsed);
            } else {
                Progress progress = new Progress(streams);
                ImportSummary summary = importer.summary();
                importer.run(parsed, concurrency, () -> progress.show("importing", summary.done(), parsed.size()));
                progress.clear();
            }
            return report(importer.summary(), id);
        }
    }

    private MutationOptions options(String id) {
        return MutationOptions.newBuilder()
                .setReason(reason == null ? "import of " + file : reason)
                .setChangeTicket(ticket == null ? "import-" + id : ticket)
                .build();
    }

    private int report(ImportSummary summary, String id) {
        Streams streams = mesh.streams();
        Format format = mesh.global().format();
        if (format == Format.TABLE) {
            streams.out().println(summary.text(id, dryRun));
        } else {
            String json = summary.json(id, dryRun);
            streams.out().print(format == Format.JSON ? json + "\n" : Json.yaml(json));
        }
        return summary.exitCode();
    }
}
