package io.meshkit.jepsen.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * One member's Raft log on its simulated disk. Indexes begin at 1; {@code purged ≤ synced ≤ last}. Thread: one.
 */
final class SimLog {
    private final List<SimEntry> entries = new ArrayList<>();
    /** The last entry that is not kept any more, and its term. */
    private long purged;

    private long purgedTerm;
    private long synced;

    long purged() {
        return purged;
    }

    long last() {
        return purged + entries.size();
    }

    long synced() {
        return synced;
    }

    long lastTerm() {
        return entries.isEmpty() ? purgedTerm : entries.getLast().term();
    }

    boolean has(long index) {
        return index > purged && index <= last();
    }

    SimEntry get(long index) {
        return entries.get((int) (index - purged - 1));
    }

    /** Of an entry that is kept, or of the last that is not. */
    long term(long index) {
        return index == purged ? purgedTerm : get(index).term();
    }

    /** Entries after the index, at most so many. */
    List<SimEntry> after(long index, int max) {
        int from = (int) (index - purged);
        return List.copyOf(entries.subList(from, Math.min(entries.size(), from + max)));
    }

    void append(SimEntry entry) {
        entries.add(entry);
    }

    /** Drops everything from the index on. */
    void truncate(long index) {
        entries.subList((int) (index - purged - 1), entries.size()).clear();
        synced = Math.min(synced, last());
    }

    void sync() {
        synced = last();
    }

    /** Power fails. */
    void loseUnsynced() {
        truncate(synced + 1);
    }

    /** Drops everything up to and including the index. */
    void purge(long index) {
        if (index <= purged) {
            return;
        }
        long term = term(index);
        entries.subList(0, (int) (index - purged)).clear();
        purged = index;
        purgedTerm = term;
        synced = Math.max(synced, purged);
    }

    /** The log of a state that came from elsewhere. */
    void reset(long index, long term) {
        entries.clear();
        purged = index;
        purgedTerm = term;
        synced = index;
    }
}
