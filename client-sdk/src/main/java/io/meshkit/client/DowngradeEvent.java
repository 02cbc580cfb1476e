package io.meshkit.client;

import java.time.Instant;

/**
 * One node has gone from its preferred transport to a lesser one.
 *
 * @param node   for example node-1
 * @param from   the transport that does not work
 * @param to     the one that calls use instead
 * @param detail what was met, for people
 * @param time   by this machine's clock
 */
public record DowngradeEvent(
        String node, TransportKind from, TransportKind to, DowngradeReason reason, String detail, Instant time) {}
