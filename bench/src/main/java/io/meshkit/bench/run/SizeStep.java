package io.meshkit.bench.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was found at one number of shards, as far as it is known yet.
 *
 * @param written     keys that this run wrote to get there
 * @param fillSeconds that it took; 0: everything was there
 * @param samples     one for each work measured so far
 * @param dataBytes   of each local node's data directory before the works; empty: unknown
 */
record SizeStep(
        int shards, int written, double fillSeconds, Calm.Outcome calm, List<Sample> samples, List<Long> dataBytes) {

    SizeStep with(Sample sample) {
        List<Sample> more = new ArrayList<>(samples);
        more.add(sample);
        return new SizeStep(shards, written, fillSeconds, calm, List.copyOf(more), dataBytes);
    }

    /** The most that each local node was seen with at the end of a measurement, by its name. */
    Map<String, Long> rssBytes() {
        Map<String, Long> rss = new LinkedHashMap<>();
        samples.forEach(sample -> {
            for (int i = 0; i < sample.nodeRssBytes().size(); i++) {
                rss.merge(sample.nodes().get(i), sample.nodeRssBytes().get(i), Math::max);
            }
        });
        return rss;
    }
}
