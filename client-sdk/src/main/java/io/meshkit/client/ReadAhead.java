package io.meshkit.client;

/**
 * How many messages of a watch to ask for, and when: one at a time while they may be parts of the initial state, which are
 * large, then some ahead. Each asking is a turn of the event loop, so that it is done for several at once.
 *
 * <p>Not thread-safe.
 */
final class ReadAhead {
    /** Messages to ask for at first. */
    static final int FIRST = 1;

    /** Messages asked for and not taken, at most. */
    static final int MOST = 16;

    private boolean ahead;
    /** Messages that may be asked for. */
    private int room;

    /**
     * One message has been taken.
     *
     * @param synced whether from now on messages are single changes; never taken back
     * @return messages to ask for now
     */
    int taken(boolean synced) {
        room++;
        if (synced && !ahead) {
            ahead = true;
            room += MOST - FIRST;
        }
        if (ahead && room < MOST / 2) {
            return 0;
        }
        int more = room;
        room = 0;
        return more;
    }
}
