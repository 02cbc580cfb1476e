package io.meshkit.bench.run;

import io.meshkit.bench.systems.Dataset;
import io.meshkit.bench.systems.MeshKitDriver;
import io.meshkit.bench.systems.Stamps;
import io.meshkit.client.CallSettings;
import io.meshkit.client.MeshKitClient;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardServiceGrpc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.HdrHistogram.Histogram;

/**
 * Walks through all shards of a namespace while they change, and compares what the pages held with the journal: with
 * the state before, and every change up to the revision that they showed.
 */
final class Paging {
    private static final int PAGE = 500;

    private final MeshKitClient client;
    private final CallSettings settings;
    private final Dataset dataset;
    private final LocalNodes local;
    private final ProcFiles proc;

    Paging(MeshKitClient client, CallSettings settings, Dataset dataset, LocalNodes local, ProcFiles proc) {
        this.client = client;
        this.settings = settings;
        this.dataset = dataset;
        this.local = local;
        this.proc = proc;
    }

    /** What a walk has seen: name → the revision that wrote it. */
    private static final class Walk {
        private final Map<String, Long> shards = new HashMap<>();
        private final Set<Long> revisions = new TreeSet<>();
        private final Histogram pageNanos = new Histogram(3);
        private int pages;
        private long doubled;
    }

    PagingSample run(int perSecond) throws InterruptedException {
        long began = System.nanoTime();
        Walk before = walk();
        double importSeconds = 0;
        if (before.shards.size() < dataset.keys()) {
            began = System.nanoTime();
            Fill.keys(new MeshKitDriver(client, settings, dataset), 0, dataset.keys(), new Stamps(), begun -> {});
            importSeconds = (System.nanoTime() - began) / 1e9;
            before = walk();
        }
        long first = before.revisions.iterator().next();
        long changes;
        Walk during;
        double seconds;
        try (ChangeWriter writer = new ChangeWriter(client, settings, List.of(dataset), perSecond, 1)) {
            writer.start();
            while (writer.acknowledged() == 0) {
                Thread.sleep(1);
            }
            began = System.nanoTime();
            during = walk();
            seconds = (System.nanoTime() - began) / 1e9;
            changes = writer.acknowledged();
        }
        long shown = during.revisions.iterator().next();
        return new PagingSample(
                during.shards.size(),
                during.pages,
                importSeconds,
                seconds,
                during.pageNanos.getValueAtPercentile(50) / 1e6,
                during.pageNanos.getValueAtPercentile(99) / 1e6,
                changes,
                during.revisions.size(),
                during.doubled + differences(during.shards, folded(before.shards, first, shown)),
                local.nodes().stream()
                        .mapToLong(node -> proc.sizeBytes(node.pid(), "VmRSS"))
                        .sum());
    }

    private Walk walk() {
        Walk walk = new Walk();
        String cursor = "";
        do {
            long began = System.nanoTime();
            ListShardsResponse page = client.call(
                    ShardServiceGrpc.getListShardsMethod(),
                    ListShardsRequest.newBuilder()
                            .setNamespace(dataset.namespace())
                            .setPage(PageRequest.newBuilder().setSize(PAGE).setCursor(cursor))
                            .build(),
                    settings);
            walk.pageNanos.recordValue(System.nanoTime() - began);
            walk.pages++;
            walk.revisions.add(page.getReadInfo().getRevision());
            for (Shard shard : page.getShardsList()) {
                if (walk.shards.put(name(shard), shard.getMeta().getModRevision()) != null) {
                    walk.doubled++;
                }
            }
            cursor = page.getNextCursor();
        } while (!cursor.isEmpty());
        return walk;
    }

    private static String name(Shard shard) {
        return shard.getNamespace() + "/" + shard.getShardId();
    }

    /** The state at a revision: an earlier one, with what the journal says came after. */
    private Map<String, Long> folded(Map<String, Long> earlier, long after, long upTo) {
        Map<String, Long> state = new HashMap<>(earlier);
        String prefix = dataset.namespace() + "/";
        if (upTo > after) {
            client.audit()
                    .list(ListAuditRequest.newBuilder()
                            .setKind("shard")
                            .setFromRevision(after + 1)
                            .setToRevision(upTo)
                            .build())
                    .forEach(entry -> {
                        for (RecordChange change : entry.getChangesList()) {
                            if (!change.getName().startsWith(prefix)) {
                                continue;
                            }
                            if (change.hasAfter()) {
                                state.put(change.getName(), entry.getRevision());
                            } else {
                                state.remove(change.getName());
                            }
                        }
                    });
        }
        return state;
    }

    private static long differences(Map<String, Long> seen, Map<String, Long> expected) {
        long differences = 0;
        for (Map.Entry<String, Long> each : expected.entrySet()) {
            if (!Objects.equals(seen.get(each.getKey()), each.getValue())) {
                differences++;
            }
        }
        for (String name : seen.keySet()) {
            if (!expected.containsKey(name)) {
                differences++;
            }
        }
        return differences;
    }
}
