package io.meshkit.jepsen;

import io.meshkit.jepsen.checker.Budget;
import io.meshkit.jepsen.checker.LinearizabilityChecker;
import io.meshkit.jepsen.checker.LinearizabilityChecker.Report;
import io.meshkit.jepsen.checker.Linearization;
import io.meshkit.jepsen.checker.Register;
import io.meshkit.jepsen.checker.Verdict;
import io.meshkit.jepsen.history.History;
import io.meshkit.jepsen.history.HistoryException;
import io.meshkit.jepsen.history.Operation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Judges a recorded history of registers: {@code omnirelay jepsen check history.jsonl}.
 *
 * <p>Exit code: 0 valid, 1 invalid, 2 unknown, which includes a file that cannot be read.
 */
final class Check {
    /** Of the longest order found, so many operations before the one that does not fit are shown. */
    private static final int CONTEXT_OPERATIONS = 8;

    private Check() {}

    /** @return the exit code */
    static int run(String[] args, PrintStream out) {
        if (args.length != 1) {
            out.println("usage: omnirelay jepsen check <history.jsonl>");
            return Verdict.UNKNOWN.exitCode();
        }
        try {
            History history = History.read(Path.of(args[0]));
            Report report = new LinearizabilityChecker<>(new Register(), Budget.defaults()).check(history);
            report.keys().forEach((key, result) -> print(key, result, out));
            out.println(report.verdict() + ": " + report.reason());
            return report.verdict().exitCode();
        } catch (IOException e) {
            out.println(Verdict.UNKNOWN + ": cannot read " + args[0] + ": " + e);
        } catch (HistoryException e) {
            out.println(Verdict.UNKNOWN + ": " + e.getMessage());
        }
        return Verdict.UNKNOWN.exitCode();
    }

    private static void print(String key, Linearization result, PrintStream out) {
        if (result.verdict() == Verdict.VALID) {
            return;
        }
        out.println("key " + key + " is " + result.verdict() + ": " + result.reason());
        List<Operation> order = result.order();
        if (result.stuckAt() != null) {
            order.subList(Math.max(0, order.size() - CONTEXT_OPERATIONS), order.size())
                    .forEach(operation -> out.println("    " + operation));
            out.println("  ✗ " + result.stuckAt() + " does not fit anywhere after these");
        }
    }
}
