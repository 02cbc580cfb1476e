package io.meshkit.jepsen.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What was run: the fields of {@code test.json} that are known before the verdict.
 *
 * @param name             of the run, for headings and the name of its JUnit suite
 * @param workloads        by name, in {@link io.meshkit.jepsen.checker.Checkers}' words
 * @param nemeses          as they were asked for, for example {@code partition:leader}
 * @param nodes            ids of the members
 * @param seed             of everything that was random
 * @param timeLimitSeconds of the load; 0: by another bound
 * @param rate             operations per second that were offered; 0: as fast as possible
 * @param concurrency      processes at a time
 * @param startedAt        ISO-8601, wall clock
 * @param command          what a person types to run it again
 * @param skipped          what could not run, and why
 * @param settings         anything else worth keeping, by name
 */
public record TestInfo(
        String name,
        List<String> workloads,
        List<String> nemeses,
        List<String> nodes,
        long seed,
        long timeLimitSeconds,
        double rate,
        int concurrency,
        String startedAt,
        String command,
        List<Skipped> skipped,
        SequencedMap<String, String> settings) {

    /** Something that this machine cannot do. */
    public record Skipped(String what, String why) {}

    public TestInfo {
        workloads = List.copyOf(workloads);
        nemeses = List.copyOf(nemeses);
        nodes = List.copyOf(nodes);
        skipped = List.copyOf(skipped);
        settings = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(settings));
    }
}
