/**
 * The registry server: configuration, wiring and controllers. Nobody imports it.
 */
@NullMarked
package io.meshkit.server;

import org.jspecify.annotations.NullMarked;
