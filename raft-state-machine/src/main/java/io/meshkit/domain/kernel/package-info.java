/**
 * What every noun of the domain shares: tables and keys, the overlay on which commands are decided, record
 * headers, the journal with its hash chain, and the dedupe table.
 *
 * <p>Called by the nouns' handlers and by {@link io.meshkit.domain.RegistryStateMachine}. Invariants: every
 * stored byte is a function of the log; nothing here reads a clock, draws a random number or iterates by hash.
 */
@NullMarked
package io.meshkit.domain.kernel;

import org.jspecify.annotations.NullMarked;
