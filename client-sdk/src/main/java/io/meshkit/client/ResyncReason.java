package io.meshkit.client;

/** Why a watch begins anew with the initial state. */
public enum ResyncReason {
    /** The changes since its position are no longer kept. */
    COMPACTED,
    /** The connection broke before the initial state was complete. */
    STATE_CUT,
    /** The registry does not know the position it gave: the quorum was made anew or restored. */
    POSITION_UNKNOWN
}
