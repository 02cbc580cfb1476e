/**
 * Who calls and what they may do: principals, scopes, and the interceptor that holds every verb to its rule.
 *
 * <p>Invariant: nothing passes without a principal whose scopes include the verb's, except the health check.
 */
@NullMarked
package io.meshkit.server.access;

import org.jspecify.annotations.NullMarked;
