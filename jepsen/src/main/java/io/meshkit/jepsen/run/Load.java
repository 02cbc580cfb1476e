package io.meshkit.jepsen.run;

import com.google.gson.JsonObject;
import io.meshkit.api.RegistryException;
import io.meshkit.client.ClientContext;
import io.meshkit.client.TransportMode;
import io.meshkit.jepsen.client.ClientPool;
import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.jepsen.client.Outcome;
import io.meshkit.jepsen.client.Transports;
import io.meshkit.jepsen.generator.Op;
import io.meshkit.jepsen.generator.Pacer;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.HistoryWriter;
import io.meshkit.jepsen.workload.Completion;
import io.meshkit.jepsen.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The clients: each a thread bound to one node at a time, which does one operation at a time and writes into the history what
 * it did and saw.
 */
final class Load implements AutoCloseable {
    private static final long REFUSED_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int REFUSED_DOUBLINGS_MAX = 3;

    private final Workload workload;
    private final HistoryWriter history;
    private final ClientPool pool;
    private final Supplier<List<String>> nodes;
    private final List<Client> clients = new ArrayList<>();
    private final AtomicLong completed = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> bug = new AtomicReference<>();

    private final class Client {
        private final int thread;
        private final TransportMode transport;
        private long process;
        private boolean refused;
        private int refusals;

        Client(int thread, TransportMode transport) {
            this.thread = thread;
            this.transport = transport;
            this.process = thread;
        }

        void work(Pacer pacer) {
            try {
                while (pacer.await()) {
                    Op op;
                    synchronized (workload) {
                        op = workload.next(thread, process);
                    }
                    perform(op);
                    completed.incrementAndGet();
                    if (refused) {
                        // A node that is down refuses at once: do not fill the history with that, and leave what is
                        // due to clients of other nodes.
                        LockSupport.parkNanos(this, REFUSED_PAUSE_NANOS << Math.min(refusals++, REFUSED_DOUBLINGS_MAX));
                    } else {
                        refusals = 0;
                    }
                }
            } catch (RuntimeException | Error e) {
                bug.compareAndSet(null, e);
                pacer.stop();
            }
        }

        /** Its seat's node: another one when members have changed. */
        NodeClient node() {
            List<String> now = nodes.get();
            return pool.of(now.get(thread % now.size()), transport);
        }

        void perform(Op op) {
            NodeClient node = node();
            String name = Long.toString(process);
            JsonObject details = op.details().deepCopy();
            details.addProperty("node", node.node());
            details.addProperty("transport", node.transport().label());
            history.append(name, EventType.INVOKE, op.f(), op.key(), op.value(), details);
            Completion completion;
            refused = false;
            try {
                completion = workload.execute(op, node);
            } catch (RuntimeException e) {
                JsonObject why = new JsonObject();
                why.addProperty("error", Outcome.name(e));
                // What the registry refuses on purpose would be refused at any time.
                refused =
                        !(e instanceof RegistryException known) || known.code().retryable();
                completion = new Completion(Outcome.of(e, workload.isReadOnly(op)), op.value(), why);
            }
            if (details.has(Event.WORKLOAD)) {
                completion.details().add(Event.WORKLOAD, details.get(Event.WORKLOAD));
            }
            history.append(name, completion.type(), op.f(), op.key(), completion.value(), completion.details());
            if (completion.type() == EventType.INFO) {
                process += clients.size(); // This one may still take effect: nobody may go on in its name.
            }
        }
    }

    /** @param nodes that the clients are bound to, in turn: the members of the moment, never none */
    Load(
            Workload workload,
            HistoryWriter history,
            Supplier<ClientContext> context,
            Supplier<List<String>> nodes,
            int threads,
            Transports transports) {
        this.workload = workload;
        this.history = history;
        this.pool = new ClientPool(context);
        this.nodes = nodes;
        int seats = nodes.get().size();
        for (int i = 0; i < threads; i++) {
            clients.add(new Client(i, transports.of(i, seats)));
        }
    }

    /** Clients of every node, for what is not part of the history. */
    NodeClient client(int thread) {
        return clients.get(thread).node();
    }

    /** All of them, bound to the nodes in turn. */
    List<NodeClient> nodeClients() {
        return clients.stream().map(Client::node).toList();
    }

    /** Operations completed so far. */
    long completed() {
        return completed.get();
    }

    /**
     * Works until the pacer ends it.
     *
     * @throws IllegalStateException if a client met a bug of this program
     */
    void run(Pacer pacer) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Client client : clients) {
            threads.add(Thread.ofPlatform().name("client-" + client.thread).start(() -> client.work(pacer)));
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } finally {
            pacer.stop();
            threads.forEach(Thread::interrupt);
        }
        Throwable met = bug.get();
        if (met != null) {
            throw new IllegalStateException("a client failed: " + met, met);
        }
    }

    /** Does these one after the other, each on the next node. */
    void perform(List<Op> ops) {
        for (int i = 0; i < ops.size(); i++) {
            clients.get(i % clients.size()).perform(ops.get(i));
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
