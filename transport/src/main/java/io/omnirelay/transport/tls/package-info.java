/**
 * TLS contexts for servers and clients. Called by the other packages of the transport only.
 */
@NullMarked
package io.omnirelay.transport.tls;

import org.jspecify.annotations.NullMarked;
