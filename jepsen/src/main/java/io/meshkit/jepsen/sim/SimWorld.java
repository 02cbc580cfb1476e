package io.meshkit.jepsen.sim;

/** What members do to the world, and what the world looks at. */
interface SimWorld {
    void send(SimMessage message);

    SimClock clock();

    /** It has applied the entry. */
    void applied(SimNode node, long index, SimEntry entry, SimState.Change change);

    /** It has taken over a whole state. */
    void installed(SimNode node);

    /** It is about to drop its log from there on. */
    void truncates(SimNode node, long index);

    void crashed(SimNode node);
}
