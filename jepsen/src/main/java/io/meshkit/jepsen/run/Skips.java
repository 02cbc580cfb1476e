package io.meshkit.jepsen.run;

import io.meshkit.jepsen.cluster.Cluster;
import io.meshkit.jepsen.nemesis.Nemeses;
import io.meshkit.jepsen.nemesis.Nemesis;
import io.meshkit.jepsen.os.Capabilities;
import io.meshkit.jepsen.report.TestInfo;
import io.meshkit.jepsen.report.TestInfo.Skipped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What was asked for and cannot be done here.
 *
 * @param skipped what, and why
 * @param doable  the faults that can be done, by name
 */
record Skips(List<Skipped> skipped, SequencedMap<String, Nemesis> doable) {

    /**
     * Splits what was asked for.
     *
     * @throws IllegalArgumentException if there is no such nemesis
     */
    static Skips of(List<String> nemeses, Capabilities capabilities) {
        List<Skipped> skipped = new ArrayList<>();
        SequencedMap<String, Nemesis> doable = new LinkedHashMap<>();
        for (String name : nemeses) {
            Nemesis nemesis = Nemeses.of(name);
            String why = capabilities.whyNot(nemesis.needs());
            if (why == null) {
                doable.put(name, nemesis);
            } else {
                skipped.add(new Skipped(name, why));
            }
        }
        return new Skips(List.copyOf(skipped), doable);
    }

    /** Of the skipped, those that must not be. */
    List<Skipped> forbidden(RunOptions options) {
        return skipped.stream().filter(skip -> options.requires(skip.what())).toList();
    }

    /** @param more settings that are only known when it runs */
    TestInfo describe(RunOptions options, SequencedMap<String, String> more) {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        settings.put("transport", options.transports().label());
        settings.put("quietMs", Long.toString(options.quietMs()));
        settings.put("faultMs", Long.toString(options.faultMs()));
        settings.putAll(more);
        return new TestInfo(
                String.join(",", options.workloads()) + " × "
                        + (options.nemeses().isEmpty() ? "none" : String.join(",", options.nemeses())),
                options.workloads(),
                options.nemeses(),
                Cluster.names(options.nodes()),
                options.seed(),
                options.timeLimitSeconds(),
                options.rate(),
                options.threads(),
                Instant.now().toString(),
                options.command(),
                skipped,
                settings);
    }
}
