package io.meshkit.jepsen;

import io.meshkit.jepsen.checker.Judgement;
import io.meshkit.jepsen.checker.Verdict;
import io.meshkit.jepsen.sim.Schedule;
import io.meshkit.jepsen.sim.SimResult;
import io.meshkit.jepsen.sim.Simulation;
import io.meshkit.jepsen.sim.Soak;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code jepsen sim} runs many random schedules; {@code jepsen replay} one that was kept.
 *
 * <p>Exit code: 0 nothing broke, 1 something did, 2 it could not be run.
 */
final class SimCommand {
    static final String USAGE = "omnirelay jepsen sim [--schedules N] [--seed S] [--steps M] [--out FILE]";
    static final String REPLAY_USAGE = "omnirelay jepsen replay [--history FILE] <schedule.json>";
    private static final long SCHEDULES = 1_000;
    private static final int STEPS = 200;
    private static final double NANOS_PER_SECOND = 1e9;

    private SimCommand() {}

    /** @return the exit code */
    static int sim(String[] args, PrintStream out) {
        Arguments arguments = Arguments.parse(args, "schedules", "seed", "steps", "out");
        if (arguments == null || !arguments.rest().isEmpty()) {
            out.println("usage: " + USAGE);
            return Verdict.UNKNOWN.exitCode();
        }
        try {
            long schedules = Long.parseLong(arguments.get("schedules", Long.toString(SCHEDULES)));
            long seed = Long.parseLong(arguments.get("seed", "1"));
            int steps = Integer.parseInt(arguments.get("steps", Integer.toString(STEPS)));
            if (schedules < 1 || steps < 1) {
                out.println("--schedules and --steps must be at least 1");
                return Verdict.UNKNOWN.exitCode();
            }
            return soak(seed, schedules, steps, Path.of(arguments.get("out", "failure.json")), out);
        } catch (NumberFormatException e) {
            out.println("--schedules, --seed and --steps are whole numbers: " + e.getMessage());
        } catch (IOException e) {
            out.println("cannot write the failing schedule: " + e);
        }
        return Verdict.UNKNOWN.exitCode();
    }

    private static int soak(long seed, long schedules, int steps, Path file, PrintStream out) throws IOException {
        long begun = System.nanoTime();
        Soak soak = new Soak();
        Optional<Soak.Failure> failure = soak.run(seed, schedules, steps);
        double seconds = (System.nanoTime() - begun) / NANOS_PER_SECOND;
        soak.seen().forEach((name, count) -> out.println(name + ": " + count));
        out.printf(
                Locale.ROOT,
                "%.1f s, %.0f schedules/s%n",
                seconds,
                soak.seen().getOrDefault("schedules", 0L) / seconds);
        if (failure.isEmpty()) {
            out.println(Verdict.VALID);
            return Verdict.VALID.exitCode();
        }
        Schedule minimal = failure.get().minimal();
        Files.writeString(file, minimal.toJson());
        out.println("schedule " + failure.get().number() + " of seed " + seed + ": "
                + failure.get().failure());
        minimal.steps().forEach(step -> out.println("  " + step));
        out.println(minimal.steps().size() + " steps are left of " + steps + ", in " + file
                + "; run them again with: omnirelay jepsen replay " + file);
        out.println(Verdict.INVALID);
        return Verdict.INVALID.exitCode();
    }

    /** @return the exit code */
    static int replay(String[] args, PrintStream out) {
        Arguments arguments = Arguments.parse(args, "history");
        if (arguments == null || arguments.rest().size() != 1) {
            out.println("usage: " + REPLAY_USAGE);
            return Verdict.UNKNOWN.exitCode();
        }
        String file = arguments.rest().getFirst();
        try {
            SimResult result = Simulation.run(Schedule.read(Path.of(file)));
            String history = arguments.get("history", "");
            if (!history.isEmpty()) {
                result.history().write(Path.of(history));
            }
            for (Judgement judgement : result.judgements()) {
                out.print(judgement.toText());
            }
            out.println("trace " + result.trace());
            result.failure().ifPresent(out::println);
            Verdict verdict = result.failure().isPresent() ? Verdict.INVALID : Verdict.VALID;
            out.println(verdict);
            return verdict.exitCode();
        } catch (IOException e) {
            out.println("cannot read or write: " + e);
        } catch (IllegalArgumentException e) {
            out.println(file + ": " + e.getMessage());
        }
        return Verdict.UNKNOWN.exitCode();
    }
}
