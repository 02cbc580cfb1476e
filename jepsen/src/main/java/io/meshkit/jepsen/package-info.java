/**
 * Fault injection and history checks: partitions, pauses, kills and membership change against real
 * clusters and against the simulation.
 */
@NullMarked
package io.meshkit.jepsen;

import org.jspecify.annotations.NullMarked;
