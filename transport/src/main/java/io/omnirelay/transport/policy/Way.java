package io.omnirelay.transport.policy;

import io.omnirelay.transport.NegotiatedTransport.Encoding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A transport with an encoding. Sets of ways are bit masks: a policy is asked for every call. */
public record Way(TransportKind transport, Encoding encoding) {
    private static final int ENCODINGS = Encoding.values().length;

    int mask() {
        return 1 << (transport.ordinal() * ENCODINGS + encoding.ordinal());
    }

    /** The ways that combine one of each, without those that cannot be: gRPC carries protobuf only. */
    static int masks(Collection<TransportKind> transports, Collection<Encoding> encodings) {
        int mask = 0;
        for (TransportKind transport : transports) {
            for (Encoding encoding : encodings) {
                if (transport.carries(encoding)) {
                    mask |= new Way(transport, encoding).mask();
                }
            }
        }
        return mask;
    }

    /** The ways of a mask, in order. */
    static List<Way> of(int mask) {
        List<Way> ways = new ArrayList<>();
        for (TransportKind transport : TransportKind.values()) {
            for (Encoding encoding : Encoding.values()) {
                Way way = new Way(transport, encoding);
                if ((mask & way.mask()) != 0) {
                    ways.add(way);
                }
            }
        }
        return ways;
    }

    /** For example {@code http2+json}. */
    @Override
    public String toString() {
        return transport.label() + "+" + encoding.label();
    }
}
