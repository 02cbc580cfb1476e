package io.omnirelay.transport.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;

/** Messages as bytes in frames, and back: by their marshaller, without its detour where they are protobuf. */
public final class SessionPayload {
    private SessionPayload() {}

    /** @throws io.grpc.StatusRuntimeException INTERNAL if the marshaller fails */
    public static <T> ByteString encode(Marshaller<T> marshaller, T message) {
        if (marshaller instanceof PrototypeMarshaller && message instanceof MessageLite lite) {
            return lite.toByteString();
        }
        try (InputStream bytes = marshaller.stream(message)) {
            return ByteString.readFrom(bytes);
        } catch (IOException e) {
            throw Status.INTERNAL
                    .withDescription("The message cannot be encoded")
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    /** @throws io.grpc.StatusRuntimeException INTERNAL if the bytes are no such message */
    @SuppressWarnings("unchecked") // A prototype's parser makes messages of its own type.
    public static <T> T decode(Marshaller<T> marshaller, ByteString bytes) {
        if (marshaller instanceof PrototypeMarshaller<T> prototype
                && prototype.getMessagePrototype() instanceof MessageLite lite) {
            try {
                return (T) lite.getParserForType().parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                throw Status.INTERNAL
                        .withDescription("Invalid protobuf byte sequence")
                        .withCause(e)
                        .asRuntimeException();
            }
        }
        return marshaller.parse(bytes.newInput());
    }
}
