package io.meshkit.jepsen.generator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Keys that come and go. Each group of threads works on one key, so that the key sees contention, until the key has
 * had so many operations or processes that a checker could no longer judge it; then the group takes a new one.
 *
 * <p>Not thread-safe.
 */
public final class Keys {
    static final int OPERATIONS_MIN = 128;
    static final int OPERATIONS_MAX = 200;

    /** Every operation of unknown outcome makes a new process, and may take effect at any later time. */
    static final int PROCESSES_MAX = 20;

    private final String prefix;
    private final int groupSize;
    private final Random random;
    private final List<Group> groups = new ArrayList<>();
    private final List<String> all = new ArrayList<>();

    private static final class Group {
        private String key = "";
        private int left;
        private final Set<Long> processes = new HashSet<>();
    }

    /**
     * @param threads   ≥ 1
     * @param groupSize threads per key, 1–{@link #PROCESSES_MAX}
     */
    public Keys(String prefix, int threads, int groupSize, Random random) {
        this.prefix = prefix;
        this.groupSize = Math.min(groupSize, PROCESSES_MAX);
        this.random = random;
        for (int i = 0; i < threads; i += this.groupSize) {
            groups.add(new Group());
        }
    }

    /** The key for the next operation of a thread, which is that process now. */
    public String next(int thread, long process) {
        Group group = groups.get(thread / groupSize);
        boolean full = !group.processes.contains(process) && group.processes.size() >= PROCESSES_MAX;
        if (group.left == 0 || full) {
            group.key = prefix + all.size();
            group.left = OPERATIONS_MIN + random.nextInt(OPERATIONS_MAX - OPERATIONS_MIN + 1);
            group.processes.clear();
            all.add(group.key);
        }
        group.left--;
        group.processes.add(process);
        return group.key;
    }

    /** Every key so far, in the order in which they came. */
    public List<String> all() {
        return List.copyOf(all);
    }
}
