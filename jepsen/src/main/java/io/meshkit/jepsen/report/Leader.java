package io.meshkit.jepsen.report;

/**
 * From here on a node was seen to lead.
 *
 * @param timeNanos on the history's clock
 * @param node      empty: nobody was seen to lead
 */
public record Leader(long timeNanos, long term, String node) {}
