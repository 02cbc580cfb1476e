package io.meshkit.raft;

import java.util.Comparator;

/**
 * What a member says when it is asked whether a leader's process is gone.
 *
 * @param gone     it follows that leader in that term or knows no leader in it, has no stream of it, and its port
 *                 refuses connections
 * @param logTerm  of the last entry in the member's own log; −1 without one
 * @param logIndex of the same
 */
public record Testimony(boolean gone, long logTerm, long logIndex) {
    /** The longer log first, in Raft's sense: who has the shorter one could not win. */
    static final Comparator<Testimony> LONGER_LOG_FIRST = Comparator.comparingLong(Testimony::logTerm)
            .thenComparingLong(Testimony::logIndex)
            .reversed();
}
