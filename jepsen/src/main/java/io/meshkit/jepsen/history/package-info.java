/**
 * What clients did and saw, as JSON lines in Jepsen's form, so that other checkers can judge it too.
 *
 * <p>Written by whoever runs clients, read by the checkers. Invariants: a process does one operation at a time;
 * an operation of unknown outcome retires its process; positions in the file are the real-time order.
 */
@NullMarked
package io.meshkit.jepsen.history;

import org.jspecify.annotations.NullMarked;
