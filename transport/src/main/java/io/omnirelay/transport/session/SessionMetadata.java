package io.omnirelay.transport.session;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.omnirelay.session.v1.SessionHeader;
import io.omnirelay.transport.grpc.wire.MetadataText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** gRPC's metadata as entries of frames, and back. */
public final class SessionMetadata {
    private SessionMetadata() {}

    /** The entries, in the order of their names' first use. */
    public static List<SessionHeader> encode(Metadata metadata) {
        List<SessionHeader> entries = new ArrayList<>();
        for (String name : metadata.keys()) {
            if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                Iterable<byte[]> values = metadata.getAll(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER));
                if (values != null) {
                    values.forEach(value -> entries.add(entry(name, ByteString.copyFrom(value))));
                }
            } else {
                Iterable<String> values = metadata.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
                if (values != null) {
                    values.forEach(
                            value -> entries.add(entry(name, ByteString.copyFrom(value, StandardCharsets.US_ASCII))));
                }
            }
        }
        return entries;
    }

    private static SessionHeader entry(String name, ByteString value) {
        return SessionHeader.newBuilder().setName(name).setValue(value).build();
    }

    /** Adds the entries to the metadata. What gRPC cannot express is left out, as it is from HTTP's headers. */
    public static void decode(List<SessionHeader> entries, Metadata into) {
        for (SessionHeader entry : entries) {
            String name = entry.getName();
            if (!MetadataText.isName(name) || name.startsWith("grpc-") && !name.equals("grpc-status-details-bin")) {
                continue;
            }
            if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                into.put(
                        Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER),
                        entry.getValue().toByteArray());
            } else {
                String value = entry.getValue().toString(StandardCharsets.ISO_8859_1);
                if (MetadataText.isPrintable(value)) {
                    into.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
                }
            }
        }
    }

    /** Bytes of names and values. */
    public static long bytes(List<SessionHeader> entries) {
        long bytes = 0;
        for (SessionHeader entry : entries) {
            bytes += entry.getName().length() + entry.getValue().size();
        }
        return bytes;
    }
}
