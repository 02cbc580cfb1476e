package io.meshkit.jepsen.injvm;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.Commands;
import io.meshkit.domain.Queries;
import io.meshkit.domain.QueryResult;
import io.meshkit.domain.StateMeta;
import io.meshkit.jepsen.checker.Checkers;
import io.meshkit.jepsen.checker.Judgement;
import io.meshkit.jepsen.client.Outcome;
import io.meshkit.jepsen.generator.Keys;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.History;
import io.meshkit.jepsen.history.HistoryWriter;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.RatisReplica;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.ConfigMutationResponse;
import io.meshkit.v1.GetConfigRequest;
import io.meshkit.v1.GetConfigResponse;
import io.meshkit.v1.PatchConfigRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Clients that read and write registers at the members of a quorum in this JVM, and record what they see. */
final class Clients implements AutoCloseable {
    private static final int THREADS = 6;
    private static final int THREADS_PER_KEY = 3;
    private static final long DEADLINE_MS = 3_000;
    private static final String MEMBER = "v";

    private final InJvmQuorum quorum;
    private final Path file;
    private final HistoryWriter history;
    private final Keys keys = new Keys("k", THREADS, THREADS_PER_KEY, new Random(1));
    private final AtomicLong values = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Clients(InJvmQuorum quorum, Path directory) throws IOException {
        this.quorum = quorum;
        this.file = directory.resolve("history.jsonl");
        this.history = HistoryWriter.open(file);
    }

    /** Load until {@link #finish}. */
    Clients start() {
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            threads.add(Thread.ofPlatform().start(() -> work(thread)));
        }
        return this;
    }

    private void work(int thread) {
        Random random = new Random(thread);
        long process = thread;
        while (!stopped) {
            String key;
            synchronized (keys) {
                key = keys.next(thread, process);
            }
            List<RatisReplica> all = quorum.all();
            RatisReplica at = all.get(random.nextInt(all.size()));
            boolean known = random.nextInt(100) < 50 ? read(process, key, at) : write(process, key, at);
            if (!known) {
                process += THREADS;
            }
        }
    }

    /** Waits until so many more operations were acknowledged, or something else holds. */
    void awaitAcknowledged(long more, BooleanSupplier orElse) {
        long wanted = acknowledged.get() + more;
        InJvmQuorum.await(
                more + " more acknowledged operations", () -> acknowledged.get() >= wanted || orElse.getAsBoolean());
    }

    void awaitAcknowledged(long more) {
        awaitAcknowledged(more, () -> false);
    }

    /** One write through that member, to wherever it believes the leader to be. @return whether its outcome is known */
    boolean write(long process, String key, RatisReplica at) {
        long value = values.incrementAndGet();
        String request = "r-" + value;
        JsonObject details = details(at);
        details.addProperty("idem", request);
        return perform(process, "write", key, new JsonPrimitive(value), details, () -> {
            CommandOutcome outcome = leaderOf(at)
                    .propose(
                            Commands.withRequestId(
                                    Commands.wrap(
                                            PatchConfigRequest.newBuilder()
                                                    .setName(key)
                                                    .setPatch(Struct.newBuilder()
                                                            .putFields(
                                                                    MEMBER,
                                                                    Value.newBuilder()
                                                                            .setNumberValue(value)
                                                                            .build()))
                                                    .build(),
                                            "tester"),
                                    request),
                            DEADLINE_MS)
                    .get(2 * DEADLINE_MS, TimeUnit.MILLISECONDS);
            if (outcome.hasRejection()) {
                throw new RegistryException(outcome.getRejection());
            }
            return new Seen(new JsonPrimitive(value), revision(outcome));
        });
    }

    private static long revision(CommandOutcome outcome) {
        try {
            return ConfigMutationResponse.parseFrom(outcome.getResponse())
                    .getResult()
                    .getRevision();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One linearizable read at that member: the index from its leader, the state from itself. */
    boolean read(long process, String key, RatisReplica at) {
        return perform(process, "read", key, JsonNull.INSTANCE, details(at), () -> {
            long index = leaderOf(at).readIndex(DEADLINE_MS).get(2 * DEADLINE_MS, TimeUnit.MILLISECONDS);
            at.awaitApplied(index, DEADLINE_MS).get(2 * DEADLINE_MS, TimeUnit.MILLISECONDS);
            try (StoreSnapshot view = at.snapshot()) {
                return new Seen(value(view, key), StateMeta.revision(view));
            }
        });
    }

    private static JsonElement value(StoreSnapshot view, String key) {
        QueryResult result =
                Queries.answer(view, GetConfigRequest.newBuilder().setName(key).build());
        if (result instanceof QueryResult.Answered answered
                && answered.response() instanceof GetConfigResponse response) {
            return new JsonPrimitive((long)
                    response.getConfig().getDocument().getFieldsOrThrow(MEMBER).getNumberValue());
        }
        return JsonNull.INSTANCE;
    }

    private RatisReplica leaderOf(RatisReplica at) {
        NodeId leader = at.isLeader() ? at.self() : at.leader().orElse(null);
        RatisReplica replica = leader == null ? null : quorum.get(leader);
        if (replica == null) {
            throw RegistryException.of(ErrorCode.NO_LEADER, "nobody leads", "");
        }
        return replica;
    }

    private static JsonObject details(RatisReplica at) {
        JsonObject details = new JsonObject();
        details.addProperty("node", at.self().value());
        return details;
    }

    private record Seen(JsonElement value, long revision) {}

    @FunctionalInterface
    private interface Call {
        Seen make() throws ExecutionException, InterruptedException, TimeoutException;
    }

    private boolean perform(long process, String f, String key, JsonElement asked, JsonObject details, Call call) {
        String name = Long.toString(process);
        history.append(name, EventType.INVOKE, f, key, asked, details);
        try {
            Seen seen = call.make();
            JsonObject answered = new JsonObject();
            answered.addProperty("rev", seen.revision());
            history.append(name, EventType.OK, f, key, seen.value(), answered);
            acknowledged.incrementAndGet();
            return true;
        } catch (ExecutionException | InterruptedException | TimeoutException | RuntimeException e) {
            Throwable cause = e instanceof ExecutionException || e instanceof CompletionException ? e.getCause() : e;
            Throwable met = cause == null ? e : cause;
            JsonObject why = new JsonObject();
            why.addProperty("error", Outcome.name(met));
            EventType outcome = Outcome.of(met, f.equals("read"));
            history.append(name, outcome, f, key, asked, why);
            Injections.pause(TimeUnit.MILLISECONDS.toNanos(20));
            return outcome != EventType.INFO;
        }
    }

    /** Ends the load, reads every key once more at every member, and judges. */
    List<Judgement> finish() throws Exception {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        quorum.awaitAllApplied();
        long process = 1L << 30;
        for (String key : keys.all()) {
            for (RatisReplica replica : quorum.all()) {
                read(process++, key, replica);
            }
        }
        return judge();
    }

    List<Judgement> judge() throws IOException {
        history.close();
        return Checkers.judge("register", History.read(file));
    }

    @Override
    public void close() throws Exception {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        history.close();
    }
}
