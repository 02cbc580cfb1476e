/**
 * The server's configuration: one table of settings, read from a file, the environment and flags, checked as
 * a whole before anything starts.
 *
 * <p>Called by {@code RegistryServer} only. Everything it hands out is immutable.
 */
@NullMarked
package io.meshkit.server.config;

import org.jspecify.annotations.NullMarked;
