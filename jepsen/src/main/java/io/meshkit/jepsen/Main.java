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
              matrix --out DIR                          Every workload with every fault;
                                                        see omnirelay jepsen matrix --help
              check [--workload NAMES] <history.jsonl>  Judges a recorded history. Register unless NAMES are given.
              sim [--schedules N] [--seed S] [--steps M] [--out FILE]
                                                        Runs random schedules on a simulated quorum until one fails.
              replay [--history FILE] <schedule.json>   Runs a schedule that was kept.
              shrink [--out FILE] <schedule.json>       Makes a failing schedule as short as it can be;
              shrink [--workload NAMES] <history.jsonl> or an invalid history, into minimal.jsonl beside it.

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
        if (args.length > 0) {
            String[] rest = Arrays.copyOfRange(args, 1, args.length);
            switch (args[0]) {
                case "run":
                    return RunCommand.run(rest);
                case "matrix":
                    return MatrixCommand.run(rest);
                case "check":
                    return Check.run(rest, out);
                case "sim":
                    return SimCommand.sim(rest, out);
                case "replay":
                    return SimCommand.replay(rest, out);
                case "shrink":
                    return Shrink.run(rest, out);
                default:
                    break;
            }
        }
        out.println(USAGE);
        return args.length == 1 && (args[0].equals("--help") || args[0].equals("-h")) ? 0 : 2;
    }
}
