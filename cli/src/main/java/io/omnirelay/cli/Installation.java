package io.omnirelay.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this command was started from, to start other programs of the distribution.
 *
 * @param java      the java launcher
 * @param classPath of everything in the distribution
 * @param home      of the distribution, if the launcher script started this
 */
public record Installation(String java, String classPath, Optional<Path> home) {
    /** Main class of a node. */
    public static final String SERVER = "io.meshkit.server.RegistryServer";

    /** Main class of this command. */
    public static final String COMMAND_LINE = "io.omnirelay.cli.Main";

    /** JVM flags of every program. */
    public static final List<String> ALWAYS_FLAGS =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    /** JVM flags of this command, as in the launcher script: it lives for a moment. */
    public static final List<String> COMMAND_LINE_FLAGS = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    /** As the launcher script says; without it, as this process was started. */
    public static Installation ofProcess() {
        @Nullable String home = System.getProperty("omnirelay.home");
        String java = System.getProperty(
                "omnirelay.java",
                Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String classPath = home == null
                ? System.getProperty("java.class.path")
                : library(Path.of(home)).toAbsolutePath() + "/*";
        return new Installation(java, classPath, Optional.ofNullable(home).map(Path::of));
    }

    /** The AOT cache of a program; without a home there is no place for one. */
    public Optional<AotCache> aotCache(String mainClass) {
        String name = mainClass.equals(SERVER) ? "server.aot" : "command-line.aot";
        return home.map(Path::toAbsolutePath)
                .map(directory -> new AotCache(
                        directory.resolve("aot").resolve(name), new AotSources(javaHome(), library(directory))));
    }

    private Path javaHome() {
        return Path.of(java).toAbsolutePath().resolve("../..").normalize();
    }

    private static Path library(Path home) {
        return home.resolve("lib");
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
        command.addAll(ALWAYS_FLAGS);
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
