package io.omnirelay.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this command was started from, to start other programs of the distribution.
 *
 * @param java      the java launcher
 * @param classPath of everything in the distribution
 */
public record Installation(String java, String classPath) {
    /** As the launcher script says; without it, as this process was started. */
    public static Installation ofProcess() {
        @Nullable String home = System.getProperty("omnirelay.home");
        String java = System.getProperty(
                "omnirelay.java",
                Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String classPath = home == null
                ? System.getProperty("java.class.path")
                : Path.of(home, "lib").toAbsolutePath() + "/*";
        return new Installation(java, classPath);
    }

    /**
     * The command line of a program of the distribution.
     *
     * @param optionsVariable environment variable with extra JVM flags, split at blanks
     * @param flags           JVM flags that the variable's may override
     */
    public List<String> command(
            String mainClass,
            List<String> arguments,
            List<String> flags,
            String optionsVariable,
            Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        command.add(java);
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(flags);
        String options = environment.getOrDefault(optionsVariable, "").strip();
        if (!options.isEmpty()) {
            command.addAll(List.of(options.split("\\s+")));
        }
        command.add("-cp");
        command.add(classPath);
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }
}
