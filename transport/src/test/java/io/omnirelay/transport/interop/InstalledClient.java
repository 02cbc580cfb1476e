package io.omnirelay.transport.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of other makers that may be installed here; tests that need it are skipped where it is not. */
final class InstalledClient {
    private final String program;
    private final Path directory;

    /** @param directory for what it writes */
    InstalledClient(String program, Path directory) {
        this.program = program;
        this.directory = directory;
    }

    /** Skips the calling test, and says why, unless the program is there. */
    static void assumeInstalled(String program, String debianPackage) {
        boolean found = List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
        String reason = program + " is not installed (Debian: apt-get install " + debianPackage + ")";
        if (!found) {
            System.err.println("SKIPPED: " + reason);
        }
        assumeTrue(found, reason);
    }

    /** What it said, on both streams. */
    record Output(String out, String err) {}

    /** Runs it to its end; kills it, and fails, if that does not come. */
    Output run(long withinSeconds, List<String> arguments) throws IOException, InterruptedException {
        Path out = directory.resolve("stdout");
        Path err = directory.resolve("stderr");
        List<String> command = new java.util.ArrayList<>(List.of(program));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            boolean ended = process.waitFor(withinSeconds, TimeUnit.SECONDS);
            Output output = new Output(Files.readString(out), Files.readString(err));
            assertThat(ended)
                    .as("%s ends within %d s: %s", program, withinSeconds, output)
                    .isTrue();
            return output;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        }
    }
}
