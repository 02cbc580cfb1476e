package io.meshkit.bench.run;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.meshkit.bench.systems.Dataset;
import io.meshkit.client.CallSettings;
import io.meshkit.client.Endpoint;
import io.meshkit.client.MeshKitClient;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.ShardServiceGrpc;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.client.OmniRelayChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Many watchers of one node while shards change; every watcher's sequence is compared with the journal. */
final class FanOut {
    /** Well below a server's limit of streams. */
    private static final int STREAMS_PER_CHANNEL = 100;

    private static final long STEP_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(300);
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final MeshKitClient client;
    private final CallSettings settings;
    private final List<Dataset> datasets;
    private final Endpoint node;
    private final TlsMaterial tls;
    private final Metadata credential = new Metadata();
    private final LocalNodes local;
    private final ProcFiles proc;

    /**
     * @param client for changes and the journal
     * @param datasets a namespace each; watchers take them in turn
     * @param node   whom to watch
     * @param local  the watched node if it runs on this machine, else nothing
     */
    FanOut(
            MeshKitClient client,
            CallSettings settings,
            List<Dataset> datasets,
            Endpoint node,
            RunningQuorum.Secrets secrets,
            LocalNodes local,
            ProcFiles proc) {
        this.client = client;
        this.settings = settings;
        this.datasets = List.copyOf(datasets);
        this.node = node;
        this.tls = TlsMaterial.trusting(secrets.caPem());
        this.local = local;
        this.proc = proc;
        credential.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + secrets.token());
    }

    /**
     * What is changed meanwhile.
     *
     * @param perSecond changes, ≥ 1
     * @param together  changes of one transaction; 1: each by itself
     */
    record Changes(int perSecond, int together) {}

    /**
     * @param stalled watchers that stop to read once synced, on connections of their own, as other processes would
     * @throws IllegalStateException if a watch was refused, or what was begun is not done within five minutes
     */
    WatchSample run(int watchers, int stalled, Changes load, int round, Duration warmup, Duration window)
            throws InterruptedException {
        Histogram delays = new ConcurrentHistogram(LONGEST_NANOS, 3);
        Histogram lags = new ConcurrentHistogram(LONGEST_NANOS, 3);
        Window measured = new Window();
        List<ManagedChannel> channels = new ArrayList<>();
        List<LightWatch> reading = new ArrayList<>();
        List<LightWatch> sleeping = new ArrayList<>();
        long rssBefore = rss();
        ChangeWriter writer = writer(load);
        try {
            open(watchers, false, channels, reading, message -> {
                if (measured.open && message.stampNanos() != 0) {
                    // Told before it was acknowledged: no lag.
                    lags.recordValue(Math.clamp(writer.nanosSinceAcknowledged(message.revision()), 1, LONGEST_NANOS));
                    delays.recordValue(Math.clamp(System.nanoTime() - message.stampNanos(), 1, LONGEST_NANOS));
                }
            });
            open(stalled, true, channels, sleeping, message -> {});
            List<LightWatch> all = new ArrayList<>(reading);
            all.addAll(sleeping);
            await(all, "to be synced", LightWatch::isSynced);
            long before = revision();
            warmUp(load, warmup, reading);
            try (writer) {
                writer.start();
                Spent spent = new Spent();
                long acknowledged = writer.acknowledged();
                long delivered = delivered(reading);
                measured.open = true;
                long began = System.nanoTime();
                Thread.sleep(window.toMillis());
                measured.open = false;
                double seconds = (System.nanoTime() - began) / 1e9;
                long rss = rss();
                double[] cores = spent.cores(seconds);
                double changesPerSecond = (writer.acknowledged() - acknowledged) / seconds;
                double deliveredPerSecond = (delivered(reading) - delivered) / seconds;
                writer.close();
                writer.requireAcknowledged();
                // Not the newest that was acknowledged: a change without an answer may have happened, too.
                long last = revision();
                Map<String, List<Long>> journal = journal(before + 1, last);
                awaitQuietly(reading, journal);
                double catchUpMs = catchUp(sleeping, journal);
                long disorders =
                        all.stream().mapToLong(w -> w.sequence().disorders()).sum();
                long missing = all.stream()
                        .mapToLong(w -> Math.max(
                                0,
                                journal.getOrDefault(w.namespace(), List.of()).size()
                                        - w.sequence().count()))
                        .sum();
                int wrong = (int) all.stream()
                        .filter(w -> !w.sequence().equalsAll(journal.getOrDefault(w.namespace(), List.of())))
                        .count();
                return new WatchSample(
                        watchers,
                        stalled,
                        round,
                        changesPerSecond,
                        delivered(reading),
                        deliveredPerSecond,
                        delays.getValueAtPercentile(50) / 1e6,
                        delays.getValueAtPercentile(99) / 1e6,
                        delays.getMaxValue() / 1e6,
                        lags.getValueAtPercentile(50) / 1e6,
                        lags.getValueAtPercentile(99) / 1e6,
                        wrong,
                        missing,
                        disorders,
                        writer.failed(),
                        catchUpMs,
                        rssBefore,
                        rss,
                        cores[0],
                        cores[1],
                        cores[2]);
            }
        } finally {
            reading.forEach(LightWatch::close);
            sleeping.forEach(LightWatch::close);
            channels.forEach(ManagedChannel::shutdownNow);
        }
    }

    /** What piles up while everything is cold is not the measurement's: it begins when all have been told of it. */
    private void warmUp(Changes load, Duration warmup, List<LightWatch> reading) throws InterruptedException {
        ChangeWriter writer = writer(load);
        try (writer) {
            writer.start();
            Thread.sleep(warmup.toMillis());
        }
        await(
                reading,
                "to be told of the warm-up",
                watch -> watch.sequence().last() >= writer.newest(watch.namespace()));
    }

    private ChangeWriter writer(Changes load) {
        return new ChangeWriter(client, settings, datasets, load.perSecond(), load.together());
    }

    private static final class Window {
        private volatile boolean open;
    }

    private void open(
            int count,
            boolean stalls,
            List<ManagedChannel> channels,
            List<LightWatch> into,
            Consumer<LightMessage> changes) {
        Channel channel = null;
        for (int i = 0; i < count; i++) {
            if (channel == null || i % STREAMS_PER_CHANNEL == 0) {
                ManagedChannel opened = OmniRelayChannel.builder(node.host(), node.grpcPort())
                        .tls(tls)
                        .build();
                channels.add(opened);
                channel = ClientInterceptors.intercept(opened, MetadataUtils.newAttachHeadersInterceptor(credential));
            }
            LightWatch watch =
                    new LightWatch(channel, datasets.get(i % datasets.size()).namespace(), stalls, changes);
            watch.start();
            into.add(watch);
        }
    }

    private static long delivered(List<LightWatch> watches) {
        return watches.stream().mapToLong(watch -> watch.sequence().count()).sum();
    }

    private static void await(List<LightWatch> watches, String what, Predicate<LightWatch> condition)
            throws InterruptedException {
        long began = System.nanoTime();
        for (LightWatch watch : watches) {
            while (!condition.test(watch)) {
                Status ended = watch.ended();
                if (ended != null) {
                    throw new IllegalStateException("a watch has ended: " + ended);
                }
                if (System.nanoTime() - began > STEP_LIMIT_NANOS) {
                    throw new IllegalStateException("waited in vain for a watch " + what);
                }
                Thread.sleep(5);
            }
        }
    }

    /** Whoever does not get there in time is found wrong by its sequence. */
    private static void awaitQuietly(List<LightWatch> watches, Map<String, List<Long>> journal)
            throws InterruptedException {
        try {
            await(watches, "to be told of everything", watch -> {
                List<Long> revisions = journal.getOrDefault(watch.namespace(), List.of());
                return revisions.isEmpty() || watch.sequence().last() >= revisions.getLast();
            });
        } catch (IllegalStateException e) {
            System.err.println(e.getMessage());
        }
    }

    private static double catchUp(List<LightWatch> stalled, Map<String, List<Long>> journal)
            throws InterruptedException {
        if (stalled.isEmpty()) {
            return 0;
        }
        long began = System.nanoTime();
        stalled.forEach(LightWatch::resume);
        awaitQuietly(stalled, journal);
        return (System.nanoTime() - began) / 1e6;
    }

    /** By namespace, the revisions that changed a shard of it. */
    private Map<String, List<Long>> journal(long from, long to) {
        Map<String, List<Long>> found = new TreeMap<>();
        datasets.forEach(dataset -> found.put(dataset.namespace(), new ArrayList<>()));
        client.audit()
                .list(ListAuditRequest.newBuilder()
                        .setKind("shard")
                        .setFromRevision(from)
                        .setToRevision(to)
                        .build())
                .forEach(entry -> entry.getChangesList().stream()
                        .map(change -> change.getName()
                                .substring(0, Math.max(0, change.getName().indexOf('/'))))
                        .distinct()
                        .map(found::get)
                        .filter(Objects::nonNull)
                        .forEach(revisions -> revisions.add(entry.getRevision())));
        return found;
    }

    private long revision() {
        return client.call(
                        ShardServiceGrpc.getListShardsMethod(),
                        ListShardsRequest.newBuilder()
                                .setNamespace(datasets.getFirst().namespace())
                                .setPage(PageRequest.newBuilder().setSize(1))
                                .build(),
                        settings)
                .getReadInfo()
                .getRevision();
    }

    private long rss() {
        return local.nodes().stream()
                .mapToLong(each -> proc.sizeBytes(each.pid(), "VmRSS"))
                .sum();
    }

    /** CPU time since it was made. */
    private final class Spent {
        private final long node = nodeNanos();
        private final long client = proc.cpuNanos(ProcessHandle.current().pid());
        private final long machine = proc.machineBusyNanos();

        private long nodeNanos() {
            return local.cpuNanos(proc).stream().mapToLong(Long::longValue).sum();
        }

        /** Of the node, of this process, of others. */
        double[] cores(double seconds) {
            double nodes = (nodeNanos() - node) / 1e9 / seconds;
            double own = (proc.cpuNanos(ProcessHandle.current().pid()) - client) / 1e9 / seconds;
            double busy = (proc.machineBusyNanos() - machine) / 1e9 / seconds;
            return new double[] {nodes, own, Math.max(0, busy - nodes - own)};
        }
    }
}
