package io.omnirelay.transport.policy;

import org.jspecify.annotations.Nullable;

/** Hears of every call that the policy was asked about. Thread: any number; must not block and must not throw. */
public interface PolicyObserver {
    /**
     * A call was let in or refused.
     *
     * @param endpoint one of the catalogue's
     * @param reason   of a downgrade or a refusal, one of {@link io.omnirelay.transport.DowngradeHeader#all()}; null:
     *                 the way is a preferred one and the caller would use no other
     */
    void called(String endpoint, Way way, TransportPolicy.Verdict verdict, @Nullable String reason);

    /** A call that was let in has ended. */
    void ended(Way way);
}
