package io.meshkit.bench.run;

import io.meshkit.bench.systems.AsyncOperation;
import io.meshkit.bench.systems.Stamps;
import io.meshkit.bench.systems.Work;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Carries out a plan's loops against one system or several. */
final class Runner {
    /** Longer than any call's deadline: what has not ended by then never will. */
    private static final long DRAIN_MS = 15_000;

    private static final int DELETES_UNDER_WAY = 64;

    private final Plan plan;
    private final List<Line> lines;
    private final ProcFiles proc;
    private final PrintWriter progress;
    private final Stamps stamps = new Stamps();

    Runner(Plan plan, List<Line> lines, ProcFiles proc, PrintWriter progress) {
        this.plan = plan;
        this.lines = List.copyOf(lines);
        this.proc = proc;
        this.progress = progress;
    }

    /** Writes the keys of every line that is to write them. */
    void fill() throws InterruptedException {
        for (Line line : lines) {
            if (line.fills()) {
                say("%s: writing %,d keys", line.name(), plan.keys());
                Fill.keys(line.driver(), 0, plan.keys(), stamps, new BulkProgress(progress, plan.keys()));
            }
        }
    }

    /**
     * Measures. Each cell is measured on all lines, one after the other, before the next cell: a disturbance of the
     * machine meets all alike. Rounds of warm-up are measured like the others and kept apart from them. The file holds
     * what is known after every cell: an interrupted run is not lost.
     */
    void run(Results results, Path file) throws IOException, InterruptedException {
        List<Plan.Cell> cells = plan.cells();
        int all = plan.warmupRounds() + plan.rounds();
        int of = all * cells.size() * lines.size();
        int done = 0;
        for (int each = 1; each <= all; each++) {
            boolean counts = each > plan.warmupRounds();
            int round = counts ? each - plan.warmupRounds() : each;
            for (Plan.Cell cell : cells) {
                for (Line line : lines) {
                    done++;
                    Sample sample = measure(line, cell, round);
                    if (sample == null) {
                        say(
                                "%3d/%d %s has no %s",
                                done, of, line.name(), cell.work().label());
                        continue;
                    }
                    if (counts) {
                        results.add(sample);
                    } else {
                        results.addWarmup(sample);
                    }
                    Files.writeString(file, results.toJson());
                    sayCell(done, of, counts ? "round" : "warm-up round", sample);
                }
            }
        }
    }

    /** Deletes the keys; one that is missing already is no failure. */
    void cleanUp() throws InterruptedException {
        for (Line line : lines) {
            if (line.fills()) {
                say("%s: deleting %,d keys", line.name(), plan.keys());
                Bulk.forEach(
                        plan.keys(),
                        DELETES_UNDER_WAY,
                        line.driver()::delete,
                        line.driver()::isMissing,
                        new BulkProgress(progress, plan.keys()));
            }
        }
    }

    /** @return null if the system has nothing of the kind */
    @Nullable
    Sample measure(Line line, Plan.Cell cell, int round) throws InterruptedException {
        if (cell.work().kind() == Work.Kind.WATCH) {
            try (WatchLoop loop = new WatchLoop(line.driver(), stamps)) {
                loop.start(plan.watchers(), cell.outstanding());
                return window(line, cell, round, loop::beginWindow, loop::endWindow);
            }
        }
        AsyncOperation operation = line.driver().of(cell.work(), stamps);
        if (operation == null) {
            return null;
        }
        ClosedLoop loop = new ClosedLoop(operation);
        loop.start(cell.outstanding());
        return window(line, cell, round, loop::beginWindow, loop::endWindow);
    }

    /** Ends a window. */
    private interface End {
        Tally end(long drainMs) throws InterruptedException;
    }

    private Sample window(Line line, Plan.Cell cell, int round, Runnable begin, End end) throws InterruptedException {
        Thread.sleep(plan.warmup().toMillis());
        LocalNodes nodes = line.nodes();
        String leader = line.driver().leader();
        begin.run();
        List<Long> nodesBefore = nodes.cpuNanos(proc);
        long clientBefore = clientNanos();
        long machineBefore = proc.machineBusyNanos();
        Thread.sleep(plan.duration().toMillis());
        long machine = proc.machineBusyNanos() - machineBefore;
        long clientSpent = clientNanos() - clientBefore;
        List<Long> nodesAfter = nodes.cpuNanos(proc);
        Tally tally = end.end(DRAIN_MS);
        List<Long> spent = new ArrayList<>();
        for (int i = 0; i < nodesBefore.size(); i++) {
            spent.add(Math.max(0, nodesAfter.get(i) - nodesBefore.get(i)));
        }
        long ours = clientSpent + spent.stream().mapToLong(Long::longValue).sum();
        return new Sample(
                line.name(),
                cell,
                round,
                leader,
                tally,
                nodes.nodes().stream().map(LocalNodes.Node::name).toList(),
                spent,
                clientSpent,
                Math.max(0, machine - ours),
                nodes.rssBytes(proc));
    }

    private long clientNanos() {
        return proc.cpuNanos(ProcessHandle.current().pid());
    }

    private void sayCell(int done, int of, String round, Sample sample) {
        Tally tally = sample.tally();
        say(
                "%3d/%d %s %d %s %s %d: %,.0f/s, p50 %.2f ms, p99 %.2f ms, errors: %s",
                done,
                of,
                round,
                sample.round(),
                sample.system(),
                sample.cell().work().label(),
                sample.cell().outstanding(),
                tally.perSecond(),
                tally.percentileMs(50),
                tally.percentileMs(99),
                Table.errors(tally.errors()));
    }

    private void say(String format, Object... values) {
        progress.println(String.format(Locale.ROOT, format, values));
        progress.flush();
    }
}
