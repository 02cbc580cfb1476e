/**
 * Disks that fail: small ones that fill up, ones that lose what was not synced, files whose bits change. Called by
 * nemeses; knows no node.
 *
 * <p>Invariant: mounts are made in the sandbox's own mount namespace and go with it; nothing outside the run's
 * directory is written.
 */
@NullMarked
package io.meshkit.jepsen.disk;

import org.jspecify.annotations.NullMarked;
