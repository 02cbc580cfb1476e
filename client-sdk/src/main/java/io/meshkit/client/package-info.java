/**
 * The client of the registry: sessions, retries, endpoint choice and typed calls on top of OmniRelay.
 */
@NullMarked
package io.meshkit.client;

import org.jspecify.annotations.NullMarked;
