package io.omnirelay.cli.mesh;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.omnirelay.cli.file.MeshFile;
import io.omnirelay.cli.file.RecordKind;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Json;
import io.omnirelay.cli.output.Streams;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh export}. */
@Command(
        name = "export",
        description = "Writes all clusters, peers, shards and config documents as a file for import.",
        footer = {
            "",
            "Of each record the file has what an import can give: no revisions, status, admin state or history.",
            "Each kind is read at one revision of its own."
        })
@SuppressWarnings("NullAway.Init") // Set by picocli.
final class ExportCommand implements Callable<Integer> {
    private static final Duration PAGE_TIMEOUT_DEFAULT = Duration.ofSeconds(30);

    @ParentCommand
    MeshCommand mesh;

    @Option(
            names = {"-o", "--file"},
            paramLabel = "FILE",
            description = "Where to write. Default: standard output.")
    @Nullable
    Path file;

    @Override
    public Integer call() {
        Streams streams = mesh.streams();
        try (Session session = Session.open(mesh.global(), streams, PAGE_TIMEOUT_DEFAULT)) {
            RecordVerbs verbs = new RecordVerbs(session.client(), session.settings());
            if (file == null) {
                write(verbs, streams.out());
                return 0;
            }
            try (PrintStream out = new PrintStream(
                    new BufferedOutputStream(Files.newOutputStream(file)), false, StandardCharsets.UTF_8)) {
                write(verbs, out);
                if (out.checkError()) {
                    throw new IOException("the disk may be full");
                }
            } catch (IOException e) {
                throw RegistryException.of(
                        ErrorCode.INVALID_REQUEST, "cannot write " + file + ": " + e.getMessage(), "", e);
            }
        }
        return 0;
    }

    private void write(RecordVerbs verbs, PrintStream out) {
        if (mesh.global().format() == Format.JSON) {
            json(verbs, out);
        } else {
            yaml(verbs, out);
        }
    }

    private static void yaml(RecordVerbs verbs, PrintStream out) {
        out.println("apiVersion: " + MeshFile.API_VERSION);
        out.println("kind: " + MeshFile.KIND);
        for (RecordKind kind : RecordKind.values()) {
            Iterator<? extends Message> records = verbs.all(kind).iterator();
            out.println(records.hasNext() ? kind.key() + ":" : kind.key() + ": []");
            while (records.hasNext()) {
                String[] lines = Json.yaml(kind.importable(records.next()))
                        .stripTrailing()
                        .split("\n", -1);
                for (int i = 0; i < lines.length; i++) {
                    out.println((i == 0 ? "  - " : "    ") + lines[i]);
                }
            }
        }
    }

    private static void json(RecordVerbs verbs, PrintStream out) {
        out.print("{\n  \"apiVersion\": \"" + MeshFile.API_VERSION + "\",\n  \"kind\": \"" + MeshFile.KIND + "\"");
        for (RecordKind kind : RecordKind.values()) {
            out.print(",\n  \"" + kind.key() + "\": [");
            Iterator<? extends Message> records = verbs.all(kind).iterator();
            boolean first = true;
            while (records.hasNext()) {
                String record =
                        Json.compact(kind.importable(records.next())).indent(4).stripTrailing();
                out.print((first ? "\n" : ",\n") + record);
                first = false;
            }
            out.print(first ? "]" : "\n  ]");
        }
        out.println("\n}");
    }
}
