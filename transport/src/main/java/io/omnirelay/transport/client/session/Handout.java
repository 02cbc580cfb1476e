package io.omnirelay.transport.client.session;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The giving out of a frame's answers by one thread. What these lead the caller to call next waits, on whatever session,
 * until all have been given out, so that it goes in one frame for each session and not in one for each call.
 */
final class Handout {
    private static final ThreadLocal<@Nullable Handout> CURRENT = new ThreadLocal<>();

    private final Set<ClientSession> waiting = new LinkedHashSet<>();

    private Handout() {}

    /** Runs that, then has the sessions write that were to {@link #defer}. */
    static void during(Runnable giving) {
        if (CURRENT.get() != null) {
            // A session whose calls are answered by the thread that makes them: the outer one writes.
            giving.run();
            return;
        }
        Handout handout = new Handout();
        CURRENT.set(handout);
        try {
            giving.run();
        } finally {
            CURRENT.remove();
            handout.waiting.forEach(ClientSession::write);
        }
    }

    /** Whether this thread is giving out answers; if so, the session writes when that is over. */
    static boolean defer(ClientSession session) {
        Handout current = CURRENT.get();
        if (current == null) {
            return false;
        }
        current.waiting.add(session);
        return true;
    }
}
