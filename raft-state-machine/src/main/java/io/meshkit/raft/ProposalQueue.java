package io.meshkit.raft;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The proposals that wait for a place in an entry, bounded in count and bytes. Not thread-safe. */
final class ProposalQueue {
    private final RaftLimits limits;
    private final ArrayDeque<Proposal> queue = new ArrayDeque<>();
    private long bytes;

    ProposalQueue(RaftLimits limits) {
        this.limits = limits;
    }

    /** False when it is full. */
    boolean offer(Proposal proposal) {
        if (queue.size() >= limits.queueCommandsMax() || bytes + proposal.sizeBytes() > limits.queueBytesMax()) {
            return false;
        }
        queue.add(proposal);
        bytes += proposal.sizeBytes();
        return true;
    }

    /** The next entry's worth, in order of arrival; whose time is up goes to {@code expired} instead. */
    List<Proposal> nextEntry(long nowNanos, List<Proposal> expired) {
        List<Proposal> entry = new ArrayList<>(Math.min(queue.size(), limits.entryCommandsMax()));
        long entryBytes = 0;
        for (Proposal head = queue.peek(); head != null; head = queue.peek()) {
            if (head.expired(nowNanos)) {
                expired.add(poll());
                continue;
            }
            boolean full = entry.size() >= limits.entryCommandsMax()
                    || (!entry.isEmpty() && entryBytes + head.sizeBytes() > limits.entryBytesMax());
            if (full) {
                break;
            }
            entry.add(poll());
            entryBytes += head.sizeBytes();
        }
        return entry;
    }

    /** Takes out whose time is up. */
    List<Proposal> removeExpired(long nowNanos) {
        List<Proposal> expired = new ArrayList<>();
        for (Iterator<Proposal> all = queue.iterator(); all.hasNext(); ) {
            Proposal proposal = all.next();
            if (proposal.expired(nowNanos)) {
                all.remove();
                bytes -= proposal.sizeBytes();
                expired.add(proposal);
            }
        }
        return expired;
    }

    List<Proposal> removeAll() {
        List<Proposal> all = new ArrayList<>(queue);
        queue.clear();
        bytes = 0;
        return all;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    int size() {
        return queue.size();
    }

    private Proposal poll() {
        Proposal head = queue.remove();
        bytes -= head.sizeBytes();
        return head;
    }
}
