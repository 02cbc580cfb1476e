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
    private final Map<String, String> environment = new HashMap<>();
    private String input = "";
    private boolean terminal;

    Cli(Path stateDirectory) {
        environment.put("OMNIRELAY_STATE_DIR", stateDirectory.toString());
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
