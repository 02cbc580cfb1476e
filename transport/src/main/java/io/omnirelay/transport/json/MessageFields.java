package io.omnirelay.transport.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The fields of a message type by their names in JSON, computed once per type. */
public final class MessageFields {
    private static final Map<Descriptor, MessageFields> CACHE = new ConcurrentHashMap<>();

    private final Map<String, FieldDescriptor> byName = new HashMap<>();
    private final List<String> jsonNames = new ArrayList<>();
    private final List<Named> inOrder = new ArrayList<>();

    /** A field and its name, encoded once. */
    record Named(FieldDescriptor field, SerializableString name) {}

    private MessageFields(Descriptor type) {
        for (FieldDescriptor field : type.getFields()) {
            byName.put(field.getName(), field);
            byName.put(field.getJsonName(), field);
            jsonNames.add(field.getJsonName());
            inOrder.add(new Named(field, new SerializedString(field.getJsonName())));
        }
        inOrder.sort(Comparator.comparingInt(named -> named.field().getNumber()));
    }

    /** The fields of a type. */
    public static MessageFields of(Descriptor type) {
        return CACHE.computeIfAbsent(type, MessageFields::new);
    }

    /** The field of a name in lowerCamelCase or as in the proto; null if there is none. */
    public @Nullable FieldDescriptor find(String name) {
        return byName.get(name);
    }

    /** All names in lowerCamelCase. */
    public List<String> names() {
        return jsonNames;
    }

    /** By field number. */
    List<Named> inOrder() {
        return inOrder;
    }
}
