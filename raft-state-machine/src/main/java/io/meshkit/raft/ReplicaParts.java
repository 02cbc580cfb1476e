package io.meshkit.raft;

import java.util.function.LongSupplier;

/**
 * What a replica works with.
 *
 * @param state       the replicated state's functions
 * @param opener      the store that holds it
 * @param peers       the other members, outside Raft
 * @param listener    hears of applied entries
 * @param fatal       called when the node must not go on
 * @param wallClockMs Unix ms; stamps log entries on the leader. May jump: apply makes it monotonic
 */
public record ReplicaParts(
        StateFunction state,
        StoreOpener opener,
        PeerRpc peers,
        ApplyListener listener,
        FatalHandler fatal,
        LongSupplier wallClockMs) {}
