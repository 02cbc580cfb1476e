package io.omnirelay.transport;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;

/**
 * Answers that a service gives half encoded: fields of theirs, as bytes, among those that the message does not know.
 * Written as protobuf they are like any other; whoever looks into them takes the whole first.
 */
public final class WireForm {
    private WireForm() {}

    /**
     * The message with every field where it belongs; the same one if it is so already.
     *
     * @throws IllegalArgumentException if the bytes of a field are none of its type
     */
    @SuppressWarnings("unchecked") // A message's parser makes messages of its own type.
    public static <M extends Message> M whole(M message) {
        if (message.getUnknownFields().asMap().isEmpty()) {
            return message;
        }
        try {
            return (M) message.getParserForType().parseFrom(message.toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "unreadable fields in " + message.getDescriptorForType().getFullName(), e);
        }
    }
}
