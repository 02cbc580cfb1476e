package io.meshkit.server.watch;

import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.meshkit.domain.Commands;
import io.meshkit.domain.StateMeta;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.domain.kernel.Journal;
import io.meshkit.domain.kernel.Tokens;
import io.meshkit.options.Scope;
import io.meshkit.options.VerbKind;
import io.meshkit.server.access.Rights;
import io.meshkit.server.access.TestAccess;
import io.meshkit.server.verbs.Barrier;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.FakeReplica;
import io.meshkit.server.verbs.LeaderEvents;
import io.meshkit.server.verbs.LeaderRetry;
import io.meshkit.server.verbs.Reads;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.CompactJournalRequest;
import io.meshkit.v1.InstallQuorumKeyRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RegisterPeerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** A node's watches above a replica whose log is a list. */
final class WatchFixture implements AutoCloseable {
    static final String CLUSTER = "11111111-1111-1111-1111-111111111111";

    final FakeReplica replica = new FakeReplica();
    final WatchMetrics metrics = new WatchMetrics(new MetricRegistry());
    final WatchHub hub;
    final WatchLimits limits;
    private final WatchStarts starts;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private int requests;

    WatchFixture(WatchLimits limits) {
        this(limits, CLUSTER);
    }

    WatchFixture(WatchLimits limits, String clusterId) {
        this.limits = limits;
        hub = new WatchHub(limits, metrics);
        replica.listen(hub);
        install(clusterId);
        hub.start(replica, executor);
        LeaderRetry retry = new LeaderRetry(replica, new LeaderEvents(replica), 1_000);
        Rights rights = TestAccess.rights(replica);
        Reads reads = new Reads(replica, new Barrier(replica, null, retry), rights);
        starts = new WatchStarts(replica, reads, rights, clusterId);
    }

    private void install(String clusterId) {
        byte[] key = new byte[Tokens.KEY_BYTES];
        key[0] = (byte) clusterId.charAt(0);
        mutate(InstallQuorumKeyRequest.newBuilder()
                .setKey(ByteString.copyFrom(key))
                .setClusterId(clusterId)
                .build());
    }

    /** Applies the mutation, which must be accepted. */
    void mutate(Message request) {
        CommandOutcome outcome =
                replica.apply(Commands.withRequestId(Commands.wrap(request, "tester"), "r" + requests++));
        if (outcome.hasRejection()) {
            throw new AssertionError(outcome.getRejection());
        }
    }

    /** Applies the mutation, accepted or not. */
    void offer(Message request) {
        replica.apply(Commands.withRequestId(Commands.wrap(request, "tester"), "r" + requests++));
    }

    void register(String id, String role) {
        mutate(RegisterPeerRequest.newBuilder()
                .setPeer(Peer.newBuilder().setId(id).setRole(role))
                .build());
    }

    void compact(long keepFrom) {
        mutate(CompactJournalRequest.newBuilder().setKeepFromRevision(keepFrom).build());
    }

    RecordingSink watch(Message request) {
        return watch(request, new RecordingSink());
    }

    RecordingSink watch(Message request, RecordingSink sink) {
        WatchStarts.Begun begun = starts.begin(
                new VerbRule("Watch", Scope.SCOPE_READ, VerbKind.VERB_KIND_WATCH, false),
                request,
                TestAccess.principal("tester", Scope.SCOPE_READ),
                Deadline.inMs(60_000));
        Watcher watcher = new Watcher(
                begun.filter(),
                begun.tokens(),
                sink,
                begun.plan(),
                limits.bookmarkInterval().toNanos(),
                () -> 0,
                System.nanoTime());
        watcher.open(begun.opened());
        hub.add(watcher);
        return sink;
    }

    long revision() {
        try (StoreSnapshot view = replica.snapshot()) {
            return StateMeta.revision(view);
        }
    }

    List<AuditEntry> journal() {
        List<AuditEntry> entries = new ArrayList<>();
        try (StoreSnapshot view = replica.snapshot()) {
            Journal.scan(view, 0, Long.MAX_VALUE, entries::add);
        }
        return entries;
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("what was waited for did not happen");
            }
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() {
        hub.close();
        executor.shutdownNow();
        replica.close();
    }
}
