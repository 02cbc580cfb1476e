/**
 * HTTP below the bindings: sockets, TLS, framing, limits and timeouts, up to an {@code Exchange} that does not
 * say which version of HTTP carries it. HTTP/1.1 and HTTP/2 come here as the same stream of
 * {@code HttpObject}s; HTTP/3 joins by its own codec to the same objects.
 *
 * <p>Invariant: an exchange is answered at most once, and every exchange ends: answered, failed or abandoned.
 */
@NullMarked
package io.omnirelay.transport.http;

import org.jspecify.annotations.NullMarked;
