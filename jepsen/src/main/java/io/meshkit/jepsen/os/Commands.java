package io.meshkit.jepsen.os;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the system's tools. Thread: any number. */
public final class Commands {
    /** A tool that takes longer hangs. */
    private static final long LIMIT_SECONDS = 60;

    private Commands() {}

    /**
     * What a tool did.
     *
     * @param exitCode -1 if there is no such tool
     * @param output   both streams, in the order in which they came
     */
    public record Outcome(int exitCode, String output) {
        public boolean succeeded() {
            return exitCode == 0;
        }
    }

    /** Runs a tool that must succeed. */
    public static String run(String... command) throws IOException {
        return run(List.of(command), "");
    }

    /**
     * Runs a tool that must succeed.
     *
     * @param input for its standard input
     * @return what it printed
     * @throws IOException with what it printed, if it did not succeed
     */
    public static String run(List<String> command, String input) throws IOException {
        Outcome outcome = attempt(command, input);
        if (!outcome.succeeded()) {
            throw new IOException(String.join(" ", command) + " ended with " + outcome.exitCode() + ": "
                    + outcome.output().strip());
        }
        return outcome.output();
    }

    /** Runs a tool that may fail or be absent. */
    public static Outcome attempt(List<String> command, String input) throws InterruptedIOException {
        Path given = null;
        Path printed = null;
        try {
            // Files, not pipes: a tool that leaves a child behind with its output open does not hold this up.
            given = Files.writeString(Files.createTempFile("jepsen-", ".in"), input);
            printed = Files.createTempFile("jepsen-", ".out");
            Process process = new ProcessBuilder(command)
                    .redirectInput(given.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(printed.toFile())
                    .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Outcome(-1, "did not end within " + LIMIT_SECONDS + " s");
            }
            return new Outcome(process.exitValue(), Files.readString(printed, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return new Outcome(-1, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + command.get(0));
        } finally {
            delete(given);
            delete(printed);
        }
    }

    private static void delete(@org.jspecify.annotations.Nullable Path file) {
        if (file != null && !file.toFile().delete()) {
            file.toFile().deleteOnExit();
        }
    }
}
