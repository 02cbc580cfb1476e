/**
 * Judges of histories. Called by the runs and by {@code omnirelay jepsen check}; know no cluster and no client.
 *
 * <p>Invariant: a verdict is valid or invalid only if it was proved; a budget that ran out, or an operation that
 * the model does not know, makes it unknown.
 */
@NullMarked
package io.meshkit.jepsen.checker;

import org.jspecify.annotations.NullMarked;
