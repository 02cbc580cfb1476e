/**
 * JSON Web Tokens of one issuer: who somebody is by its word. What they may do is for the bindings, as always.
 *
 * <p>Called by the authenticator on the way of every call, so nothing there waits: the issuer's keys are fetched aside.
 * Invariants: a signature is checked by the issuer's public keys alone, never by what the token brings along; only
 * algorithms that are configured count, and these are asymmetric; a scope claim narrows and never widens.
 */
@NullMarked
package io.meshkit.server.jwt;

import org.jspecify.annotations.NullMarked;
