/**
 * The registry as a pure function: given a view of the state, a command and its log context, decide
 * the mutations and the response. No clocks, no randomness, no threads, no I/O.
 */
@NullMarked
package io.meshkit.domain;

import org.jspecify.annotations.NullMarked;
