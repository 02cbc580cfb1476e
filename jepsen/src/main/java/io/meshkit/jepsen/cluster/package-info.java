/**
 * A registry quorum of real processes: files and certificates made by the command line, servers started from the
 * same distribution as this program. Called by the runner and by nemeses.
 *
 * <p>Invariant: {@link io.meshkit.jepsen.cluster.Node} alone starts, stops and signals a node's process, and knows
 * whether its end was wanted.
 */
@NullMarked
package io.meshkit.jepsen.cluster;

import org.jspecify.annotations.NullMarked;
