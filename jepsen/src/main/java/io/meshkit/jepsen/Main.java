package io.meshkit.jepsen;

import io.meshkit.jepsen.run.MatrixCommand;
import io.meshkit.jepsen.run.RunCommand;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** {@code omnirelay jepsen}: dispatches to the command that the first argument names. */
public final class Main {
    private static final String USAGE = """
            Usage: omnirelay jepsen COMMAND
              run                                       Hurts a quorum of real processes under load and judges it;
                                                        see omnirelay jepsen run --help
              matrix --out DIR                          Every workload with every fault, one after the other;
                                                        see omnirelay jepsen matrix --help
              check [--workload NAME] <history.jsonl>   Judges a recorded history. NAME is register unless given.

            Exit code:
              0   valid
              1   invalid
              2   unknown: out of budget, an operation that no model knows, or an unreadable file""";

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args, new PrintStream(System.out, true, StandardCharsets.UTF_8)));
    }

    /** @return the exit code */
    static int run(String[] args, PrintStream out) {
        if (args.length > 0 && args[0].equals("check")) {
            return Check.run(Arrays.copyOfRange(args, 1, args.length), out);
        }
        if (args.length > 0 && args[0].equals("run")) {
            return RunCommand.run(Arrays.copyOfRange(args, 1, args.length));
        }
        if (args.length > 0 && args[0].equals("matrix")) {
            return MatrixCommand.run(Arrays.copyOfRange(args, 1, args.length));
        }
        out.println(USAGE);
        return args.length == 1 && (args[0].equals("--help") || args[0].equals("-h")) ? 0 : 2;
    }
}
