package io.omnirelay.cli;

import io.omnirelay.cli.output.Streams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs the command in this process, with captured output and an environment of its own. */
final class Cli {
    /** Of nodes that run briefly: the quick compiler alone serves best. The smoke test's have what operators' have. */
    static final String NODE_OPTIONS = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1";

    private final Map<String, String> environment = new HashMap<>();
    private String input = "";
    private boolean terminal;

    Cli(Path stateDirectory) {
        environment.put("OMNIRELAY_STATE_DIR", stateDirectory.toString());
        environment.put("OMNIRELAY_SERVER_JAVA_OPTS", NODE_OPTIONS);
    }

    Cli with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** As if a person sat there and typed this. */
    Cli typing(String text) {
        input = text;
        terminal = true;
        return this;
    }

    record Result(int exitCode, String out, String err) {}

    Result run(String... args) {
        return runInto(new ByteArrayOutputStream(), args);
    }

    /** As {@link #run}, with the output going where a test says. */
    Result runInto(OutputStream out, String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Streams streams = new Streams(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8),
                terminal,
                terminal,
                terminal,
                environment);
        int exitCode = Main.run(args, streams);
        streams.flush();
        String shown = out instanceof ByteArrayOutputStream bytes ? bytes.toString(StandardCharsets.UTF_8) : "";
        return new Result(exitCode, shown, err.toString(StandardCharsets.UTF_8));
    }
}
