package io.meshkit.jepsen.sim;

import io.meshkit.domain.StateMeta;
import io.meshkit.domain.kernel.Journal;
import io.meshkit.storage.WriteBatch;
import io.meshkit.v1.AuditEntry;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must hold after every step, on every node: one leader per term; a committed entry never changes; the same entry
 * does the same everywhere, so that the same index is the same state; revisions grow by one, each chained to the one
 * before; a request has one effect; what was acknowledged stays.
 */
final class Invariants {
    private record Request(String actor, String id) implements Comparable<Request> {
        @Override
        public int compareTo(Request other) {
            int byActor = actor.compareTo(other.actor);
            return byActor != 0 ? byActor : id.compareTo(other.id);
        }
    }

    /** What an index did when it was first applied anywhere. */
    private record Effect(long term, String written, long revisionAfter, byte[] chainAfter) {}

    private final TreeMap<Long, Integer> leaders = new TreeMap<>();
    private final TreeMap<Long, Effect> effects = new TreeMap<>();
    private final TreeMap<Request, Long> firstEffect = new TreeMap<>();
    private final TreeMap<Long, String> acknowledged = new TreeMap<>();
    private long checks;
    private @Nullable RuntimeException inCallback;

    /** How often something was looked at. */
    long checks() {
        return checks;
    }

    /** Runs it inside a future's callback, which would swallow what it throws. */
    void guard(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            if (inCallback == null) {
                inCallback = e;
            }
        }
    }

    /** Throws what a callback threw. */
    void verify() {
        if (inCallback != null) {
            throw inCallback;
        }
    }

    void elected(SimNode node) {
        checks++;
        Integer other = leaders.putIfAbsent(node.term(), node.id);
        if (other != null && other != node.id) {
            throw new BrokenInvariant("two leaders in term " + node.term() + ": n" + other + " and n" + node.id);
        }
    }

    void truncates(SimNode node, long index) {
        checks++;
        if (index <= node.commit()) {
            throw new BrokenInvariant(
                    "n" + node.id + " drops its log from " + index + " on, but has committed up to " + node.commit());
        }
    }

    /** The client was told that its request made this revision. */
    void acknowledged(long revision, String requestId) {
        String other = acknowledged.putIfAbsent(revision, requestId);
        if (other != null && !other.equals(requestId)) {
            throw new BrokenInvariant("revision " + revision + " was acknowledged to " + other + " and " + requestId);
        }
    }

    /** The node has applied the entry: its state is that after it. */
    void applied(SimNode node, long index, SimEntry entry, SimState.Change change) {
        checks++;
        var view = node.state.view();
        Effect effect =
                new Effect(entry.term(), digest(change.batch()), StateMeta.revision(view), StateMeta.chainHash(view));
        Effect first = effects.putIfAbsent(index, effect);
        if (first == null) {
            chained(node, index, change, effect);
            return;
        }
        if (first.term != effect.term) {
            throw new BrokenInvariant("index " + index + " was committed in term " + first.term + ", and on n" + node.id
                    + " in term " + effect.term);
        }
        boolean isSame = first.written.equals(effect.written)
                && first.revisionAfter == effect.revisionAfter
                && Arrays.equals(first.chainAfter, effect.chainAfter);
        if (!isSame) {
            throw new BrokenInvariant("n" + node.id + " differs from the others after index " + index + ": revision "
                    + effect.revisionAfter + ", elsewhere " + first.revisionAfter);
        }
    }

    private void chained(SimNode node, long index, SimState.Change change, Effect effect) {
        var before = effects.lowerEntry(index);
        long revision = before == null ? 0 : before.getValue().revisionAfter;
        byte[] chain = before == null ? new byte[StateMeta.HASH_BYTES] : before.getValue().chainAfter;
        if (index != (before == null ? 1 : before.getKey() + 1)) {
            throw new BrokenInvariant("n" + node.id + " applies index " + index + " before the one before it");
        }
        for (AuditEntry audit : change.entries()) {
            checks++;
            revision++;
            if (audit.getRevision() != revision) {
                throw new BrokenInvariant("revision " + audit.getRevision() + " where " + revision + " comes next");
            }
            if (!Journal.follows(chain, audit)) {
                throw new BrokenInvariant("the chain of hashes breaks at revision " + revision);
            }
            AuditEntry stored = Journal.get(node.state.view(), revision);
            if (stored == null || !stored.equals(audit)) {
                throw new BrokenInvariant("the journal does not have revision " + revision + " as it was decided");
            }
            chain = audit.getHash().toByteArray();
            Request request = new Request(audit.getActor(), audit.getRequestId());
            Long other = firstEffect.putIfAbsent(request, revision);
            if (other != null) {
                throw new BrokenInvariant(
                        "request " + request.id + " had effect at revision " + other + " and " + revision);
            }
            String told = acknowledged.get(revision);
            if (told != null && !told.equals(audit.getRequestId())) {
                throw new BrokenInvariant("revision " + revision + " was acknowledged to " + told + ", and is of "
                        + audit.getRequestId());
            }
        }
        if (effect.revisionAfter != revision || !Arrays.equals(effect.chainAfter, chain)) {
            throw new BrokenInvariant("after index " + index + " the state is at revision " + effect.revisionAfter
                    + ", its journal at " + revision);
        }
    }

    private static String digest(WriteBatch batch) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (WriteBatch.Write write : batch.writes()) {
                digest.update(write.table().name().getBytes(java.nio.charset.StandardCharsets.UTF_8));
                switch (write) {
                    case WriteBatch.Put put -> {
                        digest.update(put.key());
                        digest.update(put.value());
                    }
                    case WriteBatch.Delete delete -> digest.update(delete.key());
                    case WriteBatch.DeleteRange range -> {
                        digest.update(range.from());
                        digest.update(range.to());
                    }
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
