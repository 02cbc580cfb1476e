package io.meshkit.jepsen;

import io.meshkit.jepsen.checker.Checkers;
import io.meshkit.jepsen.checker.Verdict;
import io.meshkit.jepsen.history.History;
import io.meshkit.jepsen.history.HistoryException;
import io.meshkit.jepsen.sim.Schedule;
import io.meshkit.jepsen.sim.Simulation;
import io.meshkit.jepsen.sim.Soak;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code jepsen shrink}: leaves out of a failing schedule, or of an invalid history ({@code .jsonl}), whatever it fails
 * without.
 *
 * <p>Exit code: 1 it fails, and is short now; 0 it does not fail; 2 it cannot be read or written.
 */
final class Shrink {
    static final String USAGE =
            "omnirelay jepsen shrink [--workload NAMES] [--out FILE] <schedule.json | history.jsonl>";

    private static final String HISTORY = ".jsonl";

    private Shrink() {}

    /** @return the exit code */
    static int run(String[] args, PrintStream out) {
        Arguments arguments = Arguments.parse(args, "out", "workload");
        if (arguments == null || arguments.rest().size() != 1) {
            out.println("usage: " + USAGE);
            return Verdict.UNKNOWN.exitCode();
        }
        String file = arguments.rest().getFirst();
        try {
            if (file.endsWith(HISTORY)) {
                return history(Path.of(file), arguments, out);
            }
            Schedule schedule = Schedule.read(Path.of(file));
            if (Simulation.run(schedule).failure().isEmpty()) {
                out.println("it does not fail: there is nothing to make smaller");
                return Verdict.VALID.exitCode();
            }
            Schedule minimal = Soak.minimal(schedule);
            Files.writeString(Path.of(arguments.get("out", file)), minimal.toJson());
            out.println(minimal.steps().size() + " steps are left of "
                    + schedule.steps().size());
            return Verdict.INVALID.exitCode();
        } catch (IOException e) {
            out.println("cannot read or write: " + e);
        } catch (IllegalArgumentException | HistoryException e) {
            out.println(file + ": " + e.getMessage());
        }
        return Verdict.UNKNOWN.exitCode();
    }

    private static int history(Path file, Arguments arguments, PrintStream out) throws IOException {
        List<String> workloads = List.of(arguments.get("workload", "register").split(",", -1));
        History history = History.read(file);
        Optional<History> minimal = ShrinkHistory.minimal(workloads, history);
        if (minimal.isEmpty()) {
            out.println("nothing in it is invalid: there is nothing to make smaller");
            return Verdict.VALID.exitCode();
        }
        Path to = Path.of(
                arguments.get("out", file.resolveSibling("minimal" + HISTORY).toString()));
        minimal.get().write(to);
        Checkers.judge(workloads, minimal.get()).stream()
                .filter(judgement -> judgement.verdict() == Verdict.INVALID)
                .forEach(judgement -> out.print(judgement.toText()));
        out.println(minimal.get().events().size() + " events are left of "
                + history.events().size() + ", in " + to);
        return Verdict.INVALID.exitCode();
    }
}
