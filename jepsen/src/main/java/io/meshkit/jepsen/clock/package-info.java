/**
 * Wall clocks that lie: libfaketime, preloaded into every node, reads how far the node's clock is off from a file.
 * The monotonic clock stays true. Called by nemeses.
 */
@NullMarked
package io.meshkit.jepsen.clock;

import org.jspecify.annotations.NullMarked;
