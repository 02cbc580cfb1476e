package io.meshkit.client;

import io.meshkit.v1.WatchOptions;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchStart;

/**
 * What a watch has delivered and where it goes on: makes one unbroken stream of many connections. It trusts no node:
 * what was delivered is not delivered again, and a node that would leave something out is refused.
 *
 * <p>Not thread-safe: belongs to the watch's thread.
 */
final class WatchCourse {
    /** What to do with a message. */
    enum Verdict {
        DELIVER,
        /** Known already, or of this connection only. */
        SKIP,
        /** It contradicts the contract or what was delivered: {@link #fault()} says how. */
        BROKEN
    }

    private final WatchOptions asked;
    /** A read at any other level may show an older state than the last one. */
    private final boolean linearizable;

    private String token = "";
    private long revision;
    /** The next connection must bring the initial state, whatever was asked for. */
    private boolean fresh;

    private boolean opened;
    private boolean resumed;
    private boolean inState;
    private boolean synced;
    private String fault = "";

    WatchCourse(WatchOptions asked, boolean linearizable) {
        this.asked = asked;
        this.linearizable = linearizable;
    }

    /** Begins a connection. @return where it must start */
    WatchOptions begin() {
        opened = false;
        resumed = !token.isEmpty();
        if (resumed) {
            return asked.toBuilder()
                    .setStart(WatchStart.WATCH_START_RESUME)
                    .setResumeToken(token)
                    .clearFromRevision()
                    .build();
        }
        if (fresh) {
            return asked.toBuilder()
                    .setStart(WatchStart.WATCH_START_INITIAL_STATE)
                    .clearResumeToken()
                    .clearFromRevision()
                    .build();
        }
        return asked;
    }

    Verdict accept(WatchResponse message) {
        WatchResponse.EventCase event = message.getEventCase();
        if (event == WatchResponse.EventCase.OPENED) {
            return opened(message);
        }
        if (!opened) {
            return broken(event + " before opened");
        }
        return switch (event) {
            case STATE -> inState ? take(message) : broken("a part of the initial state after it was complete");
            case SYNCED -> synced(message);
            case CHANGE -> change(message);
            case BOOKMARK -> inState || message.getRevision() < revision ? Verdict.SKIP : take(message);
            // Of a newer server.
            default -> Verdict.SKIP;
        };
    }

    private Verdict opened(WatchResponse message) {
        if (opened) {
            return broken("opened twice");
        }
        if (resumed) {
            if (message.getRevision() > revision) {
                return broken("it would go on after revision " + message.getRevision() + ", and " + revision
                        + " was delivered last");
            }
            opened = true;
            return Verdict.SKIP;
        }
        inState = message.getOpened().getStart() == WatchStart.WATCH_START_INITIAL_STATE;
        if (fresh && !inState) {
            return broken("no initial state, which was asked for");
        }
        if (fresh && !linearizable && message.getRevision() < revision) {
            return broken("its state is of revision " + message.getRevision() + ", older than " + revision);
        }
        opened = true;
        synced = false;
        revision = message.getRevision();
        token = message.getResumeToken();
        return Verdict.DELIVER;
    }

    private Verdict synced(WatchResponse message) {
        if (message.getRevision() < revision) {
            return broken("synced at revision " + message.getRevision() + " after " + revision);
        }
        inState = false;
        boolean known = synced;
        synced = true;
        Verdict verdict = take(message);
        return known ? Verdict.SKIP : verdict;
    }

    private Verdict change(WatchResponse message) {
        if (inState) {
            return broken("a change before the initial state was complete");
        }
        return message.getRevision() <= revision ? Verdict.SKIP : take(message);
    }

    private Verdict take(WatchResponse message) {
        revision = message.getRevision();
        if (!message.getResumeToken().isEmpty()) {
            token = message.getResumeToken();
        }
        return Verdict.DELIVER;
    }

    private Verdict broken(String how) {
        fault = how;
        return Verdict.BROKEN;
    }

    /** How the last message broke the contract. */
    String fault() {
        return fault;
    }

    /** The node has taken this connection's request. */
    boolean isOpened() {
        return opened;
    }

    /** Everything that was acknowledged before the watch began has been delivered. */
    boolean isSynced() {
        return synced;
    }

    boolean isResumed() {
        return resumed;
    }

    /** This connection began, or had come, to a position whose changes may no longer be kept. */
    boolean hasPosition() {
        return opened || resumed || !fresh;
    }

    /** The connection is gone in the middle of the initial state: the next one must bring all of it. */
    boolean isStateCut() {
        return opened && inState;
    }

    /**
     * The next connection brings the initial state.
     *
     * @param anew also of a registry whose revisions began anew
     */
    void restart(boolean anew) {
        fresh = true;
        inState = false;
        token = "";
        if (anew) {
            revision = 0;
        }
    }

    String token() {
        return token;
    }

    long revision() {
        return revision;
    }
}
