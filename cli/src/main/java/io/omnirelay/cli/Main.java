package io.omnirelay.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the {@code omnirelay} command. */
@Command(
        name = "omnirelay",
        mixinStandardHelpOptions = true,
        version = "omnirelay 0.1.0-SNAPSHOT",
        description = "Runs and operates a MeshKit Registry.")
public final class Main implements Runnable {

    /** Made by picocli. */
    Main() {}

    /** Runs the command line and exits with its code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
