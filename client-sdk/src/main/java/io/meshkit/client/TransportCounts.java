package io.meshkit.client;

import java.util.EnumMap;
import java.util.Map;

/** Counts the attempts at one node by transport, and its downgrades by reason. Thread-safe. */
final class TransportCounts {
    private final Map<TransportKind, Long> calls = new EnumMap<>(TransportKind.class);
    private final Map<DowngradeReason, Long> downgrades = new EnumMap<>(DowngradeReason.class);
    private long upgrades;

    synchronized void called(TransportKind kind) {
        calls.merge(kind, 1L, Long::sum);
    }

    synchronized void downgraded(DowngradeReason reason) {
        downgrades.merge(reason, 1L, Long::sum);
    }

    synchronized void upgraded() {
        upgrades++;
    }

    synchronized Map<TransportKind, Long> calls() {
        return new EnumMap<>(calls);
    }

    synchronized Map<DowngradeReason, Long> downgrades() {
        return new EnumMap<>(downgrades);
    }

    synchronized long upgrades() {
        return upgrades;
    }
}
