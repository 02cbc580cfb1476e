/**
 * The calling side: channels to an OmniRelay endpoint. Called by the SDK.
 */
@NullMarked
package io.omnirelay.transport.client;

import org.jspecify.annotations.NullMarked;
