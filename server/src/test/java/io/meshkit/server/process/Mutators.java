package io.meshkit.server.process;

import io.grpc.StatusRuntimeException;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.MutationResult;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.RegisterPeerRequest;
import io.omnirelay.transport.Errors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that register one peer after another, each under a request id of its own, and try again, at any node,
 * until they have an answer.
 */
public final class Mutators {
    private static final long STEP_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(180);

    private final TestQuorum quorum;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong newestRevision = new AtomicLong();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean running;
    private volatile RegistryException unexpected;

    public Mutators(TestQuorum quorum) {
        this.quorum = quorum;
    }

    /** Peers registered and told so. */
    public long acknowledged() {
        return acknowledged.get();
    }

    public long newestRevision() {
        return newestRevision.get();
    }

    public void start(int count) {
        running = true;
        for (int i = 0; i < count; i++) {
            int first = i;
            clients.add(Thread.ofVirtual().start(() -> run(first)));
        }
    }

    /** Every mutation begun gets its answer first. */
    public void stop() throws InterruptedException {
        running = false;
        for (Thread client : clients) {
            if (!client.join(Duration.ofSeconds(180))) {
                throw new AssertionError("a mutation got no answer within 180 s");
            }
        }
        clients.clear();
        if (unexpected != null) {
            throw unexpected;
        }
    }

    public void awaitAcknowledged(long count) throws InterruptedException {
        long start = System.nanoTime();
        while (acknowledged.get() < count) {
            if (unexpected != null) {
                throw unexpected;
            }
            if (System.nanoTime() - start > STEP_LIMIT_NANOS) {
                throw new AssertionError(acknowledged.get() + " of " + count + " acknowledged within 180 s");
            }
            Thread.sleep(5);
        }
    }

    private void run(int first) {
        int turn = first;
        while (running && unexpected == null) {
            String id = "peer-" + ids.incrementAndGet();
            RegisterPeerRequest request = RegisterPeerRequest.newBuilder()
                    .setOptions(MutationOptions.newBuilder().setRequestId("register-" + id))
                    .setPeer(Peer.newBuilder().setId(id).setRole("worker"))
                    .build();
            while (!tried(request, turn++)) {
                pause();
            }
        }
    }

    /** Leaves the processor to the servers that are starting. */
    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private boolean tried(RegisterPeerRequest request, int turn) {
        String node = quorum.nodes().get(turn % quorum.nodes().size());
        try {
            MutationResult result = TestQuorum.as(
                            QuorumFiles.ADMIN_TOKEN, PeerServiceGrpc.newBlockingStub(quorum.channel(node)))
                    .registerPeer(request)
                    .getResult();
            newestRevision.accumulateAndGet(result.getRevision(), Math::max);
            acknowledged.incrementAndGet();
            return true;
        } catch (StatusRuntimeException e) {
            RegistryException error = Errors.of(e);
            if (!error.code().retryable()) {
                unexpected = error;
                return true;
            }
            quorum.channel(node).resetConnectBackoff();
            return false;
        }
    }
}
