package io.omnirelay.transport.http;

import io.omnirelay.transport.Problem;

/** Answers exchanges. Thread: an I/O thread, which must not be blocked. */
public interface ExchangeHandler {
    /** A whole request has arrived. */
    void handle(Exchange exchange);

    /** HTTP itself was broken, or a limit met, before the whole request had arrived; tell the caller. */
    void reject(Exchange exchange, Problem problem);
}
