package io.meshkit.raft;

import java.time.Duration;

/**
 * Times of the Raft protocol. All must be positive; 0 has no meaning.
 *
 * @param electionMin       default 1 s. A follower that hears nothing for a random time in
 *                          [electionMin, electionMax] stands for election; heartbeats go out at half of it.
 *                          Below about 500 ms leadership flaps on a loaded 2-core machine
 * @param electionMax       default 2 s, > electionMin. A leader that reaches no majority for this long steps down
 * @param firstElectionMin  default 300 ms: the same after a start, until a leader is heard of, so that a fresh
 *                          quorum is soon ready
 * @param firstElectionMax  default 600 ms, > firstElectionMin
 * @param request           default 5 s: one RPC between members
 * @param readRound         default 1 s: one round of confirming the leader's term; slower members do not count
 */
public record RaftTimeouts(
        Duration electionMin,
        Duration electionMax,
        Duration firstElectionMin,
        Duration firstElectionMax,
        Duration request,
        Duration readRound) {

    public RaftTimeouts {
        requirePositive("electionMin", electionMin);
        requirePositive("firstElectionMin", firstElectionMin);
        requirePositive("request", request);
        requirePositive("readRound", readRound);
        if (electionMax.compareTo(electionMin) <= 0 || firstElectionMax.compareTo(firstElectionMin) <= 0) {
            throw new IllegalArgumentException("an election timeout's maximum must exceed its minimum: split votes"
                    + " are resolved by the difference");
        }
    }

    public static RaftTimeouts defaults() {
        return new RaftTimeouts(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofMillis(300),
                Duration.ofMillis(600),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1));
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }
}
