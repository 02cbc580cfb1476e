/**
 * The original system's contract, {@code omnirelay.mesh.control.v1} and the REST resources below {@code /control},
 * for its own clients.
 *
 * <p>A translation and nothing more: every call becomes one of {@code meshkit.v1} and takes its way, through the same
 * reads and watches. Invariant: a client that resumes from the last position that it received misses nothing.
 * Called by the wiring.
 */
@NullMarked
package io.meshkit.server.compat;

import org.jspecify.annotations.NullMarked;
