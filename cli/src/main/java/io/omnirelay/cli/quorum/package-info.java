/**
 * A quorum on this machine: making its files, running its processes, asking how it is. Imports nothing of the server; runs it as a process.
 */
@NullMarked
package io.omnirelay.cli.quorum;

import org.jspecify.annotations.NullMarked;
