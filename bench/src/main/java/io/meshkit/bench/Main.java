package io.meshkit.bench;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.bench.micro.MicroCommand;
import io.meshkit.bench.run.GrowthCommand;
import io.meshkit.bench.run.RunCommand;
import io.meshkit.bench.run.TransportsCommand;
import io.meshkit.bench.run.WatchCommand;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of {@code omnirelay bench}: known to the command line by name only. */
@Command(
        name = "omnirelay bench",
        description = "Measures a quorum.",
        mixinStandardHelpOptions = true,
        subcommands = {
            RunCommand.class,
            GrowthCommand.class,
            TransportsCommand.class,
            WatchCommand.class,
            MicroCommand.class
        })
public final class Main {
    /** Held, so that the level set on it is not collected with it. */
    private static final Logger GRPC_LOGGER = Logger.getLogger("io.grpc");

    private Main() {}

    public static void main(String[] args) {
        GRPC_LOGGER.setLevel(Level.OFF);
        if (System.getProperty("slf4j.provider") == null) {
            System.setProperty("slf4j.internal.verbosity", "ERROR");
            System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
        }
        System.exit(run(args));
    }

    /** @return the exit code, as {@link ErrorCode#exitCode()} says */
    static int run(String... args) {
        CommandLine command = new CommandLine(new Main());
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setExecutionExceptionHandler((e, failed, parsed) -> {
            if (e instanceof RegistryException known) {
                failed.getErr().println("error: " + known.getMessage());
                if (!known.detail().getHint().isEmpty()) {
                    failed.getErr().println(known.detail().getHint());
                }
                return known.code().exitCode();
            }
            failed.getErr().println("error: " + e);
            return ErrorCode.INTERNAL.exitCode();
        });
        if (args.length == 0) {
            command.usage(command.getOut());
            return 0;
        }
        return command.execute(args);
    }
}
