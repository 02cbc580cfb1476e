package io.meshkit.jepsen.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The programs beside this one: the same JVM, the same class path, known by name only. */
public final class Distribution {
    private static final String SERVER = "io.meshkit.server.RegistryServer";
    private static final String COMMAND_LINE = "io.omnirelay.cli.Main";
    private static final String JEPSEN = "io.meshkit.jepsen.Main";

    /** Tests start many servers and run them briefly: the quick compiler alone serves best. */
    private static final List<String> SERVER_FLAGS = List.of(
            "-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError");

    private static final List<String> JEPSEN_FLAGS =
            List.of("-Xms256m", "-Xmx2g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private Distribution() {}

    /** A registry server. */
    public static List<String> server(List<String> arguments) {
        List<String> flags = new ArrayList<>(SERVER_FLAGS);
        String given =
                System.getenv().getOrDefault("OMNIRELAY_SERVER_JAVA_OPTS", "").strip();
        if (!given.isEmpty()) {
            flags.addAll(List.of(given.split("\\s+")));
        }
        return java(flags, SERVER, arguments);
    }

    /** The {@code omnirelay} command. */
    public static List<String> omnirelay(List<String> arguments) {
        return java(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), COMMAND_LINE, arguments);
    }

    /** This program, once more. */
    public static List<String> jepsen(List<String> arguments) {
        return java(JEPSEN_FLAGS, JEPSEN, arguments);
    }

    private static List<String> java(List<String> flags, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(flags);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }
}
