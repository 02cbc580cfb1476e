/**
 * The operating system that the real-process tests lean on: its tools, what it can do here, and the sandbox of
 * namespaces in which a run lives. Called by the runner and by what injects faults; knows no registry.
 *
 * <p>Invariant: nothing outside the sandbox is changed.
 */
@NullMarked
package io.meshkit.jepsen.os;

import org.jspecify.annotations.NullMarked;
