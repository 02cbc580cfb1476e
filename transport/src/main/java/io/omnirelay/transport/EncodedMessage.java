package io.omnirelay.transport;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.InputStream;
import java.util.List;
import java.util.function.Supplier;

/**
 * A message of a stream that has been encoded already, so that many streams can share the bytes.
 *
 * <p>A method that answers with these has {@link #marshaller} for its responses; over REST each becomes a
 * server-sent event. Immutable but for the JSON, which is made when it is first asked for. Thread: any number.
 */
public final class EncodedMessage {
    private final List<byte[]> protobuf;
    private final Supplier<List<byte[]>> json;
    private final String eventId;
    private final String eventName;

    /**
     * @param protobuf  parts whose concatenation is the message; not to be changed afterwards
     * @param json      parts whose concatenation is the message as JSON in one line; called as often as asked for
     * @param eventId   of the server-sent event; empty: the client is told to forget the last one
     * @param eventName of the server-sent event; not empty
     */
    public EncodedMessage(List<byte[]> protobuf, Supplier<List<byte[]>> json, String eventId, String eventName) {
        this.protobuf = List.copyOf(protobuf);
        this.json = json;
        this.eventId = eventId;
        this.eventName = eventName;
    }

    public List<byte[]> protobuf() {
        return protobuf;
    }

    public List<byte[]> json() {
        return json.get();
    }

    public String eventId() {
        return eventId;
    }

    public String eventName() {
        return eventName;
    }

    /** Length of the protobuf form. */
    public int bytes() {
        int sum = 0;
        for (byte[] part : protobuf) {
            sum += part.length;
        }
        return sum;
    }

    /** Writes the parts as they are; reads nothing: only servers have these messages. */
    public static Marshaller<EncodedMessage> marshaller(Marshaller<? extends Message> ofType) {
        return new Marshaller<>() {
            @Override
            public InputStream stream(EncodedMessage message) {
                return new PartsStream(message.protobuf());
            }

            @Override
            public EncodedMessage parse(InputStream stream) {
                Message message = ofType.parse(stream);
                return new EncodedMessage(List.of(message.toByteArray()), List::of, "", "message");
            }
        };
    }
}
