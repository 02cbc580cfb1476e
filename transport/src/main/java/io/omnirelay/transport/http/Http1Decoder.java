package io.omnirelay.transport.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.omnirelay.transport.TransportLimits;

/**
 * Netty's request decoder, stricter in one point: a request with both Content-Length and Transfer-Encoding is
 * refused rather than repaired, since two readers of it may not agree on where it ends (request smuggling).
 */
final class Http1Decoder extends HttpRequestDecoder {
    /** Room for the method and the version beside the URI, so that the URI's own limit is what speaks first. */
    private static final int LINE_EXTRA_BYTES = 64;

    Http1Decoder(TransportLimits limits) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.uriBytesMax() + LINE_EXTRA_BYTES)
                .setMaxHeaderSize(limits.headerBytesMax())
                .setStrictLineParsing(true));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding are given");
    }
}
