/**
 * What the server tells of itself: logs, metrics, health. Called by the wiring; knows no record.
 *
 * <p>Invariant: label values come from bounded sets, never from what callers send.
 */
@NullMarked
package io.meshkit.server.observe;

import org.jspecify.annotations.NullMarked;
