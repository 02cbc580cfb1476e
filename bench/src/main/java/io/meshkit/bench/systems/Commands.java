package io.meshkit.bench.systems;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Other programs of this machine. */
final class Commands {
    private Commands() {}

    /** The program of that name on the PATH. */
    static Optional<Path> find(String name) {
        for (String directory : String.valueOf(System.getenv("PATH")).split(File.pathSeparator)) {
            Path file = Path.of(directory, name);
            if (Files.isExecutable(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** The first line that a program prints; empty if it prints none. */
    static String firstLine(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return all.lines().findFirst().orElse("");
    }
}
