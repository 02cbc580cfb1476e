package io.omnirelay.transport;

import java.time.Duration;

/**
 * Every limit of the transport, by name. Immutable; made by {@link #builder()}, whose values are checked one by
 * one. No limit can be switched off: there is no meaning of 0.
 */
public final class TransportLimits {
    private final int requestBodyBytesMax;
    private final long requestBodyBytesInFlightMax;
    private final int headerBytesMax;
    private final int uriBytesMax;
    private final int streamsPerConnectionMax;
    private final int connectionsMax;
    private final int requestsInFlightMax;
    private final int sessionCallsMax;
    private final int sessionFrameCallsMax;
    private final int unsentBytesMax;
    private final Duration handshakeTimeout;
    private final Duration headerTimeout;
    private final Duration bodyTimeout;
    private final Duration idleTimeout;
    private final Duration writeTimeout;
    private final Duration requestTimeoutDefault;
    private final Duration requestTimeoutMax;
    private final Duration grpcIdleTimeout;
    private final Duration grpcKeepAliveTime;
    private final Duration grpcKeepAlivePermit;

    private TransportLimits(Builder builder) {
        this.requestBodyBytesMax = builder.requestBodyBytesMax;
        this.requestBodyBytesInFlightMax = builder.requestBodyBytesInFlightMax;
        this.headerBytesMax = builder.headerBytesMax;
        this.uriBytesMax = builder.uriBytesMax;
        this.streamsPerConnectionMax = builder.streamsPerConnectionMax;
        this.connectionsMax = builder.connectionsMax;
        this.requestsInFlightMax = builder.requestsInFlightMax;
        this.sessionCallsMax = builder.sessionCallsMax;
        this.sessionFrameCallsMax = builder.sessionFrameCallsMax;
        this.unsentBytesMax = builder.unsentBytesMax;
        this.handshakeTimeout = builder.handshakeTimeout;
        this.headerTimeout = builder.headerTimeout;
        this.bodyTimeout = builder.bodyTimeout;
        this.idleTimeout = builder.idleTimeout;
        this.writeTimeout = builder.writeTimeout;
        this.requestTimeoutDefault = builder.requestTimeoutDefault;
        this.requestTimeoutMax = builder.requestTimeoutMax;
        this.grpcIdleTimeout = builder.grpcIdleTimeout;
        this.grpcKeepAliveTime = builder.grpcKeepAliveTime;
        this.grpcKeepAlivePermit = builder.grpcKeepAlivePermit;
    }

    /** All defaults. */
    public static TransportLimits defaults() {
        return builder().build();
    }

    /** A builder that starts with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Bytes of a request's body or message, REST and gRPC alike. Over it: 413, or RESOURCE_EXHAUSTED. */
    public int requestBodyBytesMax() {
        return requestBodyBytesMax;
    }

    /** Bytes of all request bodies held at once by the HTTPS listener. Over it: 429 OVERLOADED. Bounds memory against many slow uploads. */
    public long requestBodyBytesInFlightMax() {
        return requestBodyBytesInFlightMax;
    }

    /** Bytes of a request's header. Over it: 431. */
    public int headerBytesMax() {
        return headerBytesMax;
    }

    /** Bytes of a request's path and query. Over it: 414. */
    public int uriBytesMax() {
        return uriBytesMax;
    }

    /** Concurrent streams, or calls, of one HTTP/2 connection. Over it: the stream is refused. */
    public int streamsPerConnectionMax() {
        return streamsPerConnectionMax;
    }

    /** Connections per listener. Over it: closed on arrival. */
    public int connectionsMax() {
        return connectionsMax;
    }

    /** REST requests being answered at once, and calls on sessions. Over it: 429 OVERLOADED. */
    public int requestsInFlightMax() {
        return requestsInFlightMax;
    }

    /** Calls being answered at once on one session. Over it: OVERLOADED. */
    public int sessionCallsMax() {
        return sessionCallsMax;
    }

    /** Calls in one frame of a session. Over it: the session is ended. */
    public int sessionFrameCallsMax() {
        return sessionFrameCallsMax;
    }

    /**
     * Bytes of a stream of events that wait for its caller to read. Over it: the stream is cut. For services that
     * send without asking whether the call is ready.
     */
    public int unsentBytesMax() {
        return unsentBytesMax;
    }

    /** From accept to the end of the TLS handshake. */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /** From the first byte of an HTTP/1.1 request to the end of its header. Over it: 408 and close. The guard against trickled headers. */
    public Duration headerTimeout() {
        return headerTimeout;
    }

    /** From the end of a request's header to the end of its body. Over it: 408. */
    public Duration bodyTimeout() {
        return bodyTimeout;
    }

    /** Of an HTTPS connection without a request. */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /** For the caller to take an answer. Over it: the stream is closed. */
    public Duration writeTimeout() {
        return writeTimeout;
    }

    /** Deadline of a REST request that names none. */
    public Duration requestTimeoutDefault() {
        return requestTimeoutDefault;
    }

    /** Longest deadline that a REST request can get; a longer wish is cut to it. Streams of events end here, too. */
    public Duration requestTimeoutMax() {
        return requestTimeoutMax;
    }

    /** Of a gRPC connection without a call. */
    public Duration grpcIdleTimeout() {
        return grpcIdleTimeout;
    }

    /** Without traffic on a gRPC connection, ping the caller after this. */
    public Duration grpcKeepAliveTime() {
        return grpcKeepAliveTime;
    }

    /** A gRPC caller that pings more often is disconnected. */
    public Duration grpcKeepAlivePermit() {
        return grpcKeepAlivePermit;
    }

    /** Collects limits; each setter says its default and throws IllegalArgumentException outside its range. */
    public static final class Builder {
        private int requestBodyBytesMax = 1 << 20;
        private long requestBodyBytesInFlightMax = 256L << 20;
        private int headerBytesMax = 16 << 10;
        private int uriBytesMax = 8 << 10;
        private int streamsPerConnectionMax = 256;
        private int connectionsMax = 10_000;
        private int requestsInFlightMax = 8_192;
        private int sessionCallsMax = 1_024;
        private int sessionFrameCallsMax = 256;
        private int unsentBytesMax = 8 << 20;
        private Duration handshakeTimeout = Duration.ofSeconds(10);
        private Duration headerTimeout = Duration.ofSeconds(10);
        private Duration bodyTimeout = Duration.ofSeconds(30);
        private Duration idleTimeout = Duration.ofSeconds(60);
        private Duration writeTimeout = Duration.ofSeconds(30);
        private Duration requestTimeoutDefault = Duration.ofSeconds(15);
        private Duration requestTimeoutMax = Duration.ofMinutes(5);
        private Duration grpcIdleTimeout = Duration.ofMinutes(15);
        private Duration grpcKeepAliveTime = Duration.ofMinutes(1);
        private Duration grpcKeepAlivePermit = Duration.ofSeconds(10);

        private Builder() {}

        /** Default 1 MiB; 1 KiB to 64 MiB. See {@link TransportLimits#requestBodyBytesMax()}. */
        public Builder requestBodyBytesMax(int value) {
            range("requestBodyBytesMax", value, 1024, 64 << 20);
            this.requestBodyBytesMax = value;
            return this;
        }

        /** Default 256 MiB; at least 1 MiB. See {@link TransportLimits#requestBodyBytesInFlightMax()}. */
        public Builder requestBodyBytesInFlightMax(long value) {
            range("requestBodyBytesInFlightMax", value, 1L << 20, Long.MAX_VALUE);
            this.requestBodyBytesInFlightMax = value;
            return this;
        }

        /** Default 16 KiB; 1 KiB to 1 MiB. See {@link TransportLimits#headerBytesMax()}. */
        public Builder headerBytesMax(int value) {
            range("headerBytesMax", value, 1024, 1 << 20);
            this.headerBytesMax = value;
            return this;
        }

        /** Default 8 KiB; 128 B to 64 KiB. See {@link TransportLimits#uriBytesMax()}. */
        public Builder uriBytesMax(int value) {
            range("uriBytesMax", value, 128, 64 << 10);
            this.uriBytesMax = value;
            return this;
        }

        /** Default 256; 1 to 65,536. See {@link TransportLimits#streamsPerConnectionMax()}. */
        public Builder streamsPerConnectionMax(int value) {
            range("streamsPerConnectionMax", value, 1, 1 << 16);
            this.streamsPerConnectionMax = value;
            return this;
        }

        /** Default 10,000; 1 to 1,048,576. See {@link TransportLimits#connectionsMax()}. */
        public Builder connectionsMax(int value) {
            range("connectionsMax", value, 1, 1 << 20);
            this.connectionsMax = value;
            return this;
        }

        /** Default 8,192; 1 to 1,048,576. See {@link TransportLimits#requestsInFlightMax()}. */
        public Builder requestsInFlightMax(int value) {
            range("requestsInFlightMax", value, 1, 1 << 20);
            this.requestsInFlightMax = value;
            return this;
        }

        /** Default 1,024; 1 to 65,536. See {@link TransportLimits#sessionCallsMax()}. */
        public Builder sessionCallsMax(int value) {
            range("sessionCallsMax", value, 1, 1 << 16);
            this.sessionCallsMax = value;
            return this;
        }

        /** Default 256; 1 to 65,536. See {@link TransportLimits#sessionFrameCallsMax()}. */
        public Builder sessionFrameCallsMax(int value) {
            range("sessionFrameCallsMax", value, 1, 1 << 16);
            this.sessionFrameCallsMax = value;
            return this;
        }

        /** Default 8 MiB; 64 KiB to 1 GiB. See {@link TransportLimits#unsentBytesMax()}. */
        public Builder unsentBytesMax(int value) {
            range("unsentBytesMax", value, 64 << 10, 1 << 30);
            this.unsentBytesMax = value;
            return this;
        }

        /** Default 10 s; 1 ms to 1 day. See {@link TransportLimits#handshakeTimeout()}. */
        public Builder handshakeTimeout(Duration value) {
            this.handshakeTimeout = range("handshakeTimeout", value);
            return this;
        }

        /** Default 10 s; 1 ms to 1 day. See {@link TransportLimits#headerTimeout()}. */
        public Builder headerTimeout(Duration value) {
            this.headerTimeout = range("headerTimeout", value);
            return this;
        }

        /** Default 30 s; 1 ms to 1 day. See {@link TransportLimits#bodyTimeout()}. */
        public Builder bodyTimeout(Duration value) {
            this.bodyTimeout = range("bodyTimeout", value);
            return this;
        }

        /** Default 60 s; 1 ms to 1 day. See {@link TransportLimits#idleTimeout()}. */
        public Builder idleTimeout(Duration value) {
            this.idleTimeout = range("idleTimeout", value);
            return this;
        }

        /** Default 30 s; 1 ms to 1 day. See {@link TransportLimits#writeTimeout()}. */
        public Builder writeTimeout(Duration value) {
            this.writeTimeout = range("writeTimeout", value);
            return this;
        }

        /** Default 15 s; 1 ms to 1 day. See {@link TransportLimits#requestTimeoutDefault()}. */
        public Builder requestTimeoutDefault(Duration value) {
            this.requestTimeoutDefault = range("requestTimeoutDefault", value);
            return this;
        }

        /** Default 5 min; 1 ms to 1 day. See {@link TransportLimits#requestTimeoutMax()}. */
        public Builder requestTimeoutMax(Duration value) {
            this.requestTimeoutMax = range("requestTimeoutMax", value);
            return this;
        }

        /** Default 15 min; 1 ms to 1 day. See {@link TransportLimits#grpcIdleTimeout()}. */
        public Builder grpcIdleTimeout(Duration value) {
            this.grpcIdleTimeout = range("grpcIdleTimeout", value);
            return this;
        }

        /** Default 1 min; 1 ms to 1 day. See {@link TransportLimits#grpcKeepAliveTime()}. */
        public Builder grpcKeepAliveTime(Duration value) {
            this.grpcKeepAliveTime = range("grpcKeepAliveTime", value);
            return this;
        }

        /** Default 10 s; 1 ms to 1 day. See {@link TransportLimits#grpcKeepAlivePermit()}. */
        public Builder grpcKeepAlivePermit(Duration value) {
            this.grpcKeepAlivePermit = range("grpcKeepAlivePermit", value);
            return this;
        }

        /** @throws IllegalArgumentException if the default request timeout exceeds the longest */
        public TransportLimits build() {
            if (requestTimeoutDefault.compareTo(requestTimeoutMax) > 0) {
                throw new IllegalArgumentException("requestTimeoutDefault " + requestTimeoutDefault
                        + " exceeds requestTimeoutMax " + requestTimeoutMax);
            }
            return new TransportLimits(this);
        }

        private static void range(String name, long value, long min, long max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(name + " must be within [" + min + ", " + max + "], is " + value);
            }
        }

        private static Duration range(String name, Duration value) {
            if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException(name + " must be within [1 ms, 1 day], is " + value);
            }
            return value;
        }
    }
}
