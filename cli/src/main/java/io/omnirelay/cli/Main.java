package io.omnirelay.cli;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail;
import io.omnirelay.cli.mesh.MeshCommand;
import io.omnirelay.cli.output.ErrorPrinter;
import io.omnirelay.cli.output.Streams;
import io.omnirelay.cli.quorum.QuorumCommand;
import io.omnirelay.transport.json.Suggestions;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of the {@code omnirelay} command. */
@Command(
        name = "omnirelay",
        version = "omnirelay 0.1.0-SNAPSHOT",
        description = "Runs and operates a MeshKit Registry.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Done.",
            "1:A fault: corrupt data, or a bug.",
            "2:The command or the request is wrong.",
            "3:Not authenticated, or not allowed.",
            "4:Not found.",
            "5:It exists already.",
            "6:The state does not allow it now.",
            "7:The revision asked for has been compacted.",
            "8:Too much, or too busy.",
            "9:No leader or no quorum; nothing was changed.",
            "10:It may have been applied; repeat it with the same --request-id."
        })
public final class Main {
    /** Held, so that the level set on it is not collected with it. */
    private static final Logger GRPC_LOGGER = Logger.getLogger("io.grpc");

    private static final int USAGE_WIDTH = 100;

    private static final Map<Class<?>, List<Class<?>>> CHILDREN = Map.of(
            Main.class,
            List.of(QuorumCommand.class, MeshCommand.class, CompletionCommand.class),
            MeshCommand.class,
            MeshCommand.COMMANDS,
            QuorumCommand.class,
            QuorumCommand.COMMANDS);

    private Main() {}

    /** Runs the command line and exits with its code. */
    public static void main(String[] args) {
        Streams streams = Streams.ofProcess();
        beQuiet(streams);
        int exitCode = run(args, streams);
        streams.flush();
        System.exit(exitCode);
    }

    /** Libraries' logs would stand between the lines that people and programs read. */
    private static void beQuiet(Streams streams) {
        if (isDebug(streams)) {
            return;
        }
        if (System.getProperty("slf4j.provider") == null) {
            System.setProperty("slf4j.internal.verbosity", "ERROR");
            System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
        }
        GRPC_LOGGER.setLevel(Level.OFF);
    }

    private static boolean isDebug(Streams streams) {
        return "1".equals(streams.environment().get("OMNIRELAY_DEBUG"));
    }

    /**
     * Runs one command.
     *
     * @return the exit code, as {@link ErrorCode#exitCode()} says
     */
    public static int run(String[] args, Streams streams) {
        List<String> given = Arrays.asList(args);
        for (Program program : Program.ALL) {
            if (!given.isEmpty() && given.get(0).equals(program.name())) {
                return run(program, given.subList(1, given.size()), streams);
            }
        }
        CommandLine commandLine = commandLine(given, streams);
        if (given.isEmpty()) {
            commandLine.usage(commandLine.getOut());
            commandLine.getOut().flush();
            return 0;
        }
        return commandLine.execute(args);
    }

    private static int run(Program program, List<String> args, Streams streams) {
        try {
            return program.run(args, streams);
        } catch (IOException e) {
            return failed(e, false, streams);
        }
    }

    /** The commands for one run. */
    private static CommandLine commandLine(List<String> args, Streams streams) {
        return commandLine(CommandTree.of(factory(streams), CHILDREN, args), streams);
    }

    /** All commands in full. */
    static CommandLine wholeCommandLine(Streams streams) {
        return commandLine(CommandTree.whole(factory(streams), CHILDREN), streams);
    }

    private static IFactory factory(Streams streams) {
        IFactory standard = CommandLine.defaultFactory();
        return new IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                if (type == MeshCommand.class) {
                    return type.cast(new MeshCommand(streams));
                }
                if (type == QuorumCommand.class) {
                    return type.cast(new QuorumCommand(streams));
                }
                if (type == CompletionCommand.class) {
                    return type.cast(new CompletionCommand(streams));
                }
                return standard.create(type);
            }
        };
    }

    private static CommandLine commandLine(CommandTree tree, Streams streams) {
        CommandLine root = new CommandLine(new Main());
        tree.addBelow(root, Main.class);
        for (Program program : Program.ALL) {
            CommandSpec stub = CommandSpec.create().name(program.name());
            stub.usageMessage().description(program.description());
            root.addSubcommand(program.name(), stub);
        }
        root.getCommandSpec()
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Print the version.")
                        .build());
        addHelp(root);
        root.setOut(writer(streams.out()));
        root.setErr(writer(streams.err()));
        root.setColorScheme(CommandLine.Help.defaultColorScheme(streams.colours() ? Ansi.ON : Ansi.OFF));
        root.setUsageHelpWidth(USAGE_WIDTH);
        root.setAbbreviatedOptionsAllowed(false);
        root.setParameterExceptionHandler((e, args) -> misused(e, args, streams));
        root.setExecutionExceptionHandler((e, command, parsed) -> failed(e, isJson(parsed.originalArgs()), streams));
        return root;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static void addHelp(CommandLine command) {
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Print this help.")
                        .build());
        command.getSubcommands().values().stream().distinct().forEach(Main::addHelp);
    }

    private static boolean isJson(List<String> args) {
        int output = args.indexOf("--output");
        return args.contains("--json")
                || args.contains("--output=json")
                || (output >= 0
                        && output + 1 < args.size()
                        && args.get(output + 1).equals("json"));
    }

    private static int misused(ParameterException e, String[] args, Streams streams) {
        StringBuilder hint = new StringBuilder();
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                hint.append("Did you mean ")
                        .append(String.join(", or ", suggestions))
                        .append("? ");
            } else if (unmatched.isUnknownOption()) {
                hint.append(nearest(unmatched));
            }
        }
        hint.append("See ")
                .append(e.getCommandLine().getCommandSpec().qualifiedName())
                .append(" --help");
        ErrorDetail detail = RegistryException.detail(
                        ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()), hint.toString())
                .build();
        return ErrorPrinter.print(detail, isJson(Arrays.asList(args)), streams);
    }

    /** The option that was probably meant, as a sentence, or nothing. */
    private static String nearest(UnmatchedArgumentException unmatched) {
        return Suggestions.closest(
                        unmatched.getUnmatched().get(0),
                        unmatched.getCommandLine().getCommandSpec().optionsMap().keySet())
                .map(option -> "Did you mean " + option + "? ")
                .orElse("");
    }

    private static int failed(Exception e, boolean json, Streams streams) {
        if (isDebug(streams)) {
            e.printStackTrace(streams.err());
        }
        if (e instanceof RegistryException known) {
            return ErrorPrinter.print(known.detail(), json, streams);
        }
        ErrorDetail detail = RegistryException.detail(
                        ErrorCode.INTERNAL,
                        e instanceof IOException ? "I/O: " + e : "unexpected: " + e,
                        "Set OMNIRELAY_DEBUG=1 to see where.")
                .setApplied(ErrorDetail.Applied.APPLIED_UNSPECIFIED)
                .build();
        return ErrorPrinter.print(detail, json, streams);
    }
}
