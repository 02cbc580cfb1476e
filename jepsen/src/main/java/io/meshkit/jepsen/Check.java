package io.meshkit.jepsen;

import io.meshkit.jepsen.checker.Checkers;
import io.meshkit.jepsen.checker.Judgement;
import io.meshkit.jepsen.checker.Verdict;
import io.meshkit.jepsen.history.History;
import io.meshkit.jepsen.history.HistoryException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Judges a recorded history, ours or anybody's: {@code omnirelay jepsen check --workload append history.jsonl}.
 *
 * <p>Exit code: 0 valid, 1 invalid, 2 unknown, which includes a file that cannot be read.
 */
final class Check {
    static final String USAGE = "omnirelay jepsen check [--workload NAME[,NAME...]] <history.jsonl>";

    private Check() {}

    /** @return the exit code */
    static int run(String[] args, PrintStream out) {
        Arguments arguments = Arguments.parse(args, "workload");
        if (arguments == null || arguments.rest().size() != 1) {
            out.println("usage: " + USAGE);
            return Verdict.UNKNOWN.exitCode();
        }
        String file = arguments.rest().getFirst();
        try {
            List<String> workloads =
                    List.of(arguments.get("workload", "register").split(",", -1));
            Verdict verdict = Verdict.VALID;
            for (Judgement judgement : Checkers.judge(workloads, History.read(Path.of(file)))) {
                out.print(judgement.toText());
                verdict = verdict.and(judgement.verdict());
            }
            out.println(verdict);
            return verdict.exitCode();
        } catch (IOException e) {
            out.println(Verdict.UNKNOWN + ": cannot read " + file + ": " + e);
        } catch (HistoryException | IllegalArgumentException e) {
            out.println(Verdict.UNKNOWN + ": " + e.getMessage());
        }
        return Verdict.UNKNOWN.exitCode();
    }
}
