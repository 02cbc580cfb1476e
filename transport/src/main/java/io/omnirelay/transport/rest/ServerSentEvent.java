package io.omnirelay.transport.rest;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import io.meshkit.options.Annotations;
import io.omnirelay.transport.EncodedMessage;
import io.omnirelay.transport.json.ProtoJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of one server-sent event: {@code id}, {@code event} and {@code data} in a line each.
 *
 * <p>Of a plain message, the id is its field with option {@code (meshkit.v1.event_id)} and the name is that of
 * the field that is set in its oneof {@code event}; a message that has neither is data alone. An empty id is
 * written, so that a client forgets the last one.
 */
final class ServerSentEvent {
    /** How soon a client may connect again. */
    static final byte[] RETRY = utf8("retry: 2000\n\n");

    private static final byte[] END = utf8("\n\n");

    private ServerSentEvent() {}

    /** The parts of the event's text. */
    static byte[][] of(Object message) {
        if (message instanceof EncodedMessage encoded) {
            return parts(encoded.eventId(), encoded.eventName(), encoded.json());
        }
        Message plain = (Message) message;
        Descriptor type = plain.getDescriptorForType();
        return parts(id(plain, type), name(plain, type), List.of(ProtoJson.print(plain)));
    }

    static byte[] error(String problem) {
        return utf8("event: error\ndata: " + problem + "\n\n");
    }

    private static byte[][] parts(@Nullable String id, @Nullable String name, List<byte[]> json) {
        StringBuilder head = new StringBuilder();
        if (id != null) {
            head.append("id: ").append(id).append('\n');
        }
        if (name != null) {
            head.append("event: ").append(name).append('\n');
        }
        List<byte[]> parts = new ArrayList<>(json.size() + 2);
        parts.add(utf8(head.append("data: ").toString()));
        parts.addAll(json);
        parts.add(END);
        return parts.toArray(byte[][]::new);
    }

    private static @Nullable String id(Message message, Descriptor type) {
        for (FieldDescriptor field : type.getFields()) {
            if (field.getOptions().getExtension(Annotations.eventId)) {
                return message.getField(field).toString();
            }
        }
        return null;
    }

    private static @Nullable String name(Message message, Descriptor type) {
        for (OneofDescriptor oneof : type.getOneofs()) {
            FieldDescriptor set = message.getOneofFieldDescriptor(oneof);
            if (oneof.getName().equals("event") && set != null) {
                return set.getJsonName();
            }
        }
        return null;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
