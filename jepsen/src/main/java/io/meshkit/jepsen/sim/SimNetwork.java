package io.meshkit.jepsen.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages in flight, and who does not reach whom. Thread: one. */
final class SimNetwork {
    /** More are not kept: who sends into a void for long loses the oldest. */
    private static final int IN_FLIGHT_MAX = 256;

    private final boolean[][] cut;
    private final List<SimMessage> inFlight = new ArrayList<>();

    SimNetwork(int nodes) {
        cut = new boolean[nodes][nodes];
    }

    void send(SimMessage message) {
        if (!reaches(message.from(), message.to())) {
            return;
        }
        if (inFlight.size() == IN_FLIGHT_MAX) {
            inFlight.removeFirst();
        }
        inFlight.add(message);
    }

    boolean isEmpty() {
        return inFlight.isEmpty();
    }

    /** Takes one out; null if there is none, or if it is lost because the way is cut. */
    @Nullable
    SimMessage take(int place) {
        if (inFlight.isEmpty()) {
            return null;
        }
        SimMessage message = inFlight.remove(place % inFlight.size());
        return reaches(message.from(), message.to()) ? message : null;
    }

    void duplicate(int place) {
        if (!inFlight.isEmpty() && inFlight.size() < IN_FLIGHT_MAX) {
            inFlight.add(inFlight.get(place % inFlight.size()));
        }
    }

    void cut(int from, int to) {
        cut[from][to] = from != to;
    }

    void heal() {
        for (boolean[] row : cut) {
            java.util.Arrays.fill(row, false);
        }
    }

    boolean reaches(int from, int to) {
        return !cut[from][to];
    }
}
