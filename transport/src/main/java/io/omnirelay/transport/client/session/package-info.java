/**
 * The caller's half of sessions: {@link io.omnirelay.transport.client.session.SessionChannel} stands before another
 * channel and lets unary calls travel together on one stream of it. Called by the SDK. Invariants: a call is sent once, on a
 * session or by itself, and never moved after it was; what a session cannot carry goes by itself.
 */
@NullMarked
package io.omnirelay.transport.client.session;

import org.jspecify.annotations.NullMarked;
