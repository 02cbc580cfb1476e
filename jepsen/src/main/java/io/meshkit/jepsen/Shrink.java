package io.meshkit.jepsen;

import io.meshkit.jepsen.checker.Verdict;
import io.meshkit.jepsen.sim.Schedule;
import io.meshkit.jepsen.sim.Simulation;
import io.meshkit.jepsen.sim.Soak;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code jepsen shrink}: leaves out of a failing schedule whatever it fails without.
 *
 * <p>Exit code: 1 it fails, and is short now; 0 it does not fail; 2 it cannot be read or written.
 */
final class Shrink {
    static final String USAGE = "omnirelay jepsen shrink [--out FILE] <schedule.json>";

    private Shrink() {}

    /** @return the exit code */
    static int run(String[] args, PrintStream out) {
        Arguments arguments = Arguments.parse(args, "out");
        if (arguments == null || arguments.rest().size() != 1) {
            out.println("usage: " + USAGE);
            return Verdict.UNKNOWN.exitCode();
        }
        String file = arguments.rest().getFirst();
        try {
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
        } catch (IllegalArgumentException e) {
            out.println(file + ": " + e.getMessage());
        }
        return Verdict.UNKNOWN.exitCode();
    }
}
