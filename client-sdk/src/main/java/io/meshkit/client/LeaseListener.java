package io.meshkit.client;

import io.meshkit.v1.LeaseStatus;

/** Hears of a lease that the client keeps alive. Thread: one of the client's; must not block. */
public interface LeaseListener {
    /** It was extended; the status tells, of a candidate, whether it has been elected. */
    default void kept(LeaseStatus status) {}

    /**
     * It has ended, or it was not extended in time and may have: whoever holds it must act as if it had. Told once;
     * nothing is kept alive any more.
     *
     * @param reason for people
     */
    void lost(String reason);
}
