package io.meshkit.bench.run;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.MeshKitClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Carries out a plan against one quorum. */
final class Runner {
    /** Longer than any call's deadline: what has not ended by then never will. */
    private static final long DRAIN_MS = 15_000;

    private final Plan plan;
    private final MeshKitClient client;
    private final RegistryWorks works;
    private final LocalNodes nodes;
    private final ProcFiles proc;
    private final PrintWriter progress;

    Runner(
            Plan plan,
            MeshKitClient client,
            RegistryWorks works,
            LocalNodes nodes,
            ProcFiles proc,
            PrintWriter progress) {
        this.plan = plan;
        this.client = client;
        this.works = works;
        this.nodes = nodes;
        this.proc = proc;
        this.progress = progress;
    }

    /**
     * Writes the keys, then measures. The file holds what is known after every cell: an interrupted run is not lost.
     *
     * @throws RegistryException if the keys cannot be written
     */
    void run(Results results, Path file) throws IOException, InterruptedException {
        say("writing %,d keys", plan.keys());
        Bulk.forEach(plan.keys(), works::put, failure -> false, this::sayBulk);
        List<Plan.Cell> cells = plan.cells();
        int done = 0;
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Plan.Cell cell : cells) {
                Sample sample = measure(cell, round);
                results.add(sample);
                Files.writeString(file, results.toJson());
                sayCell(++done, plan.rounds() * cells.size(), sample);
            }
        }
    }

    /** Deletes the keys; one that is missing already is no failure. */
    void cleanUp() throws InterruptedException {
        say("deleting %,d keys", plan.keys());
        Bulk.forEach(
                plan.keys(),
                works::delete,
                failure -> ClosedLoop.codeOf(failure).equals(ErrorCode.NOT_FOUND.name()),
                this::sayBulk);
    }

    private Sample measure(Plan.Cell cell, int round) throws InterruptedException {
        ClosedLoop loop = new ClosedLoop(works.of(cell.work()));
        loop.start(cell.outstanding());
        Thread.sleep(plan.warmup().toMillis());
        String leader = client.leader().orElse("");
        loop.beginWindow();
        List<Long> nodesBefore = nodes.cpuNanos(proc);
        long clientBefore = clientNanos();
        long machineBefore = proc.machineBusyNanos();
        Thread.sleep(plan.duration().toMillis());
        long machine = proc.machineBusyNanos() - machineBefore;
        long clientSpent = clientNanos() - clientBefore;
        List<Long> nodesAfter = nodes.cpuNanos(proc);
        Tally tally = loop.endWindow(DRAIN_MS);
        List<Long> spent = new ArrayList<>();
        for (int i = 0; i < nodesBefore.size(); i++) {
            spent.add(Math.max(0, nodesAfter.get(i) - nodesBefore.get(i)));
        }
        long ours = clientSpent + spent.stream().mapToLong(Long::longValue).sum();
        return new Sample(
                cell,
                round,
                leader,
                tally,
                spent,
                clientSpent,
                Math.max(0, machine - ours),
                nodes.nodes().stream()
                        .map(node -> proc.sizeBytes(node.pid(), "VmRSS"))
                        .toList());
    }

    private long clientNanos() {
        return proc.cpuNanos(ProcessHandle.current().pid());
    }

    private void sayBulk(int key) {
        if (key > 0 && key % 5_000 == 0) {
            say("  %,d of %,d", key, plan.keys());
        }
    }

    private void sayCell(int done, int of, Sample sample) {
        Tally tally = sample.tally();
        say(
                "%3d/%d round %d %s %d: %,.0f/s, p50 %.2f ms, p99 %.2f ms, errors: %s",
                done,
                of,
                sample.round(),
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
