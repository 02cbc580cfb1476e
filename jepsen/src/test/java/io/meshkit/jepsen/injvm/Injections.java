package io.meshkit.jepsen.injvm;

import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.jspecify.annotations.Nullable;

/**
 * Code at Ratis's own points for it. The points are of the whole JVM: one test at a time. Each counts how often it did
 * something, which is the evidence that a fault was one.
 */
final class Injections implements AutoCloseable {
    private static final String SERVER = "org.apache.ratis.server.impl.RaftServerImpl";

    /** A member has been sent entries or a heartbeat; arguments: itself, the leader. */
    static final String APPEND_ENTRIES = constant(SERVER, "APPEND_ENTRIES");

    /** A member has been asked to install a snapshot. */
    static final String INSTALL_SNAPSHOT = constant(SERVER, "INSTALL_SNAPSHOT");

    /** A member's log has been written and synced, and it is about to say so. */
    static final String LOG_SYNC = constant(SERVER, "LOG_SYNC");

    private final Map<String, AtomicLong> counts = new LinkedHashMap<>();

    /** What is done at a point; true: it was something. What it throws, Ratis's own code throws there. */
    @FunctionalInterface
    interface Code {
        boolean at(String member, @Nullable String other);
    }

    private static String constant(String type, String name) {
        try {
            Field field = Class.forName(type).getDeclaredField(name);
            field.setAccessible(true);
            return (String) Objects.requireNonNull(field.get(null));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of Ratis has no " + type + "." + name, e);
        }
    }

    void put(String point, Code code) {
        AtomicLong count = new AtomicLong();
        counts.put(point, count);
        CodeInjectionForTesting.put(point, (local, remote, arguments) -> {
            try {
                if (local != null && code.at(member(local), remote == null ? null : member(remote))) {
                    count.incrementAndGet();
                }
            } catch (RuntimeException e) {
                count.incrementAndGet();
                throw e;
            }
            return false;
        });
    }

    /** Ratis names a member alone, or in its group. */
    private static String member(Object id) {
        String text = id.toString();
        int at = text.indexOf('@');
        return at < 0 ? text : text.substring(0, at);
    }

    /** How often the code there did something. */
    long count(String point) {
        return Objects.requireNonNull(counts.get(point)).get();
    }

    static void pause(long nanos) {
        LockSupport.parkNanos(nanos);
    }

    @Override
    public void close() {
        counts.keySet().forEach(CodeInjectionForTesting::remove);
    }
}
