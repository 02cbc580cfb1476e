/**
 * Which operations come when: pacing at a rate, keys that come and go, and what the seed decides. Called by workloads
 * and by the runner; knows no client.
 *
 * <p>Invariant: the same seed and the same order of asking give the same operations.
 */
@NullMarked
package io.meshkit.jepsen.generator;

import org.jspecify.annotations.NullMarked;
