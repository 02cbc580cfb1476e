package io.omnirelay.cli.quorum;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.omnirelay.cli.AotCache;
import io.omnirelay.cli.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/**
 * {@code omnirelay quorum train}: makes the AOT caches of this installation, of the server and of the command line.
 * The launcher runs it after a build; a package runs it when it is installed.
 */
@Command(
        name = "train",
        hidden = true,
        description = "Makes starts of the server and of this command faster, until its jars or the JDK change.")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class TrainCommand implements Callable<Integer> {
    @ParentCommand
    QuorumCommand quorum;

    @Override
    public Integer call() throws IOException {
        Installation installation = Installation.ofProcess();
        AotCache server = installation
                .aotCache(Installation.SERVER)
                .orElseThrow(() -> RegistryException.of(
                        ErrorCode.PRECONDITION_FAILED,
                        "there is no installation to make a cache for",
                        "Run it by the launcher script omnirelay."));
        AotCache commandLine = installation.aotCache(Installation.COMMAND_LINE).orElseThrow();
        Files.createDirectories(Layout.directoryOf(server.file()));
        // Programs that are recorded must not use what is to be made.
        server.remove();
        commandLine.remove();
        Path work = Files.createTempDirectory("omnirelay-train");
        try {
            new Training(
                            installation,
                            Layout.of(work.resolve("quorum")),
                            quorum.streams().environment())
                    .run(server, commandLine);
        } finally {
            delete(work);
            server.removeUnfinished();
            commandLine.removeUnfinished();
        }
        quorum.streams()
                .out()
                .println("Made the caches in " + server.file().getParent() + ": "
                        + (Files.size(server.file()) + Files.size(commandLine.file()) >> 20) + " MiB");
        return 0;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
