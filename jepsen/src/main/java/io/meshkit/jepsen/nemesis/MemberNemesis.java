package io.meshkit.jepsen.nemesis;

import com.google.gson.JsonObject;
import io.meshkit.jepsen.cluster.Cluster;
import io.meshkit.jepsen.cluster.Node;
import io.meshkit.jepsen.os.Capability;
import io.meshkit.raft.FatalHandler;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Members come and go, in turn: a fourth comes and any one goes when it is healed; one goes and another comes; one is
 * killed and replaced. Every other time it is the leader that goes. Whoever has gone stays away: clients go on at those
 * who are members. Shows by what the members and the journal say of the members, and by how the removed node ended.
 */
final class MemberNemesis implements Nemesis {
    private static final long END_LIMIT_MS = 30_000;

    private int changes;

    private enum Kind {
        GROW,
        SHRINK,
        REPLACE
    }

    @Override
    public String name() {
        return "member";
    }

    @Override
    public Set<Capability> needs() {
        return Set.of();
    }

    @Override
    public boolean isHealedLast() {
        return true;
    }

    @Override
    public Injection inject(Arena arena) throws IOException, InterruptedException {
        Kind kind = Kind.values()[changes++ % Kind.values().length];
        Change change = new Change(arena);
        return switch (kind) {
            case GROW -> change.grow();
            case SHRINK -> change.shrink();
            case REPLACE -> change.replace();
        };
    }

    /** One of them goes; none on whose disk another fault relies. */
    private static Node leaver(Arena arena) {
        List<Node> may = arena.cluster().nodes().stream()
                .filter(node -> !node.isPinned())
                .toList();
        if (may.isEmpty()) {
            throw new IllegalStateException("no node may leave: other faults need all of them");
        }
        Node victim = arena.victim();
        return may.contains(victim) ? victim : may.get(arena.random().nextInt(may.size()));
    }

    /** One work of the verbs, which may fail. */
    private interface Work {
        boolean perform() throws InterruptedException;
    }

    private static final class Change {
        private final Arena arena;
        private final Cluster cluster;
        private final MemberVerbs verbs;
        private final SequencedMap<String, Long> evidence = new LinkedHashMap<>();

        Change(Arena arena) {
            this.arena = arena;
            this.cluster = arena.cluster();
            this.verbs = new MemberVerbs(cluster);
        }

        Injection grow() throws IOException, InterruptedException {
            Node joiner = start(cluster.newcomer());
            CompletableFuture<Boolean> added = begin(() -> verbs.add(joiner));
            return injection("add " + joiner.id(), joiner, null, () -> {
                if (!isDone(added)) {
                    return failed();
                }
                evidence.put("members with " + joiner.id(), verbs.agreeing());
                Node leaver = leaver(arena);
                boolean led = cluster.leader().equals(leaver.id());
                return verbs.remove(leaver) ? finished(leaver, led) : failed();
            });
        }

        Injection shrink() {
            Node leaver = leaver(arena);
            boolean led = cluster.leader().equals(leaver.id());
            CompletableFuture<Boolean> removed = begin(() -> verbs.remove(leaver));
            return injection("remove " + leaver.id() + (led ? ", the leader" : ""), null, leaver, () -> {
                if (!isDone(removed)) {
                    return failed();
                }
                evidence.put("members without " + leaver.id(), verbs.agreeing());
                Node joiner = start(cluster.newcomer());
                return verbs.add(joiner) ? finished(leaver, led) : failed();
            });
        }

        Injection replace() throws IOException, InterruptedException {
            Node leaver = leaver(arena);
            boolean led = cluster.leader().equals(leaver.id());
            leaver.kill();
            Node joiner = start(cluster.newcomer());
            CompletableFuture<Boolean> replaced = begin(() -> verbs.replace(leaver, joiner));
            String target = "kill " + leaver.id() + (led ? ", the leader" : "") + ", and replace it by " + joiner.id();
            return injection(target, joiner, leaver, () -> isDone(replaced) ? finished(leaver, led) : failed());
        }

        private static Node start(Node joiner) throws IOException {
            joiner.start();
            return joiner;
        }

        /** The other faults of this moment must be able to meet it half done. */
        private static CompletableFuture<Boolean> begin(Work work) {
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            Thread.ofPlatform().name("member-change").daemon().start(() -> {
                try {
                    done.complete(work.perform());
                } catch (InterruptedException | RuntimeException e) {
                    done.completeExceptionally(e);
                }
            });
            return done;
        }

        private static boolean isDone(CompletableFuture<Boolean> begun) throws IOException {
            try {
                return begun.join();
            } catch (CompletionException e) {
                throw new IOException("members could not be changed", e.getCause());
            }
        }

        private SequencedMap<String, Long> finished(Node leaver, boolean led) throws InterruptedException {
            evidence.put("members that agree in the end", verbs.agreeing());
            evidence.put("removed for ever", 1L);
            if (led) {
                evidence.put("led before", 1L);
            }
            if (!leaver.awaitEnd(END_LIMIT_MS)) {
                leaver.kill(); // A removed node that hears of it does not run on.
                evidence.put("did not end by itself", 1L);
            } else if (Integer.valueOf(FatalHandler.REMOVED_STATUS).equals(leaver.exitCode())) {
                evidence.put("ended itself as a removed one", 1L);
            }
            return evidence;
        }

        /** Nothing is shown then: the run is not valid. */
        private SequencedMap<String, Long> failed() {
            return Evidence.of("gave up: " + verbs.trouble(), 0);
        }

        private static Injection injection(
                String target, @Nullable Node joiner, @Nullable Node leaver, Evidence.Healer healer) {
            JsonObject value = new JsonObject();
            if (joiner != null) {
                value.addProperty("joins", joiner.id());
            }
            if (leaver != null) {
                value.addProperty("leaves", leaver.id());
            }
            return Evidence.injection(target, value, healer);
        }
    }
}
