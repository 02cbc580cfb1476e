package io.omnirelay.cli.file;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.FieldMaskUtil;
import com.google.protobuf.util.Timestamps;
import io.meshkit.api.RegistryException;
import io.omnirelay.cli.output.Names;
import java.math.BigDecimal;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads a tree into a message by its descriptor, as proto3 JSON says, and strictly: an unknown or repeated field is
 * a fault. What a scalar is follows from the field, not from YAML: {@code meshVersion: 1.10} stays {@code 1.10}.
 */
public final class MessageReader {
    private final Faults faults;

    public MessageReader(Faults faults) {
        this.faults = faults;
    }

    /**
     * Fills the builder; what is wrong goes to the faults.
     *
     * @param path of the message in the file; may be empty
     */
    public void read(Node node, String path, Message.Builder into) {
        if (!(node instanceof MappingNode mapping)) {
            faults.add(node, path, "must be a mapping of fields");
            return;
        }
        Set<String> seen = new HashSet<>();
        for (NodeTuple entry : mapping.getValue()) {
            String name = key(entry);
            String fieldPath = path.isEmpty() ? name : path + "." + name;
            FieldDescriptor field = find(into, name);
            if (field == null) {
                faults.unknownField(entry.getKeyNode(), fieldPath, name, names(into));
            } else if (!seen.add(field.getJsonName())) {
                faults.add(entry.getKeyNode(), fieldPath, "given twice");
            } else {
                field(entry.getValueNode(), fieldPath, field, into);
            }
        }
    }

    static String key(NodeTuple entry) {
        return entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
    }

    private static @Nullable FieldDescriptor find(Message.Builder message, String name) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.getJsonName().equals(name) || field.getName().equals(name)) {
                return field;
            }
        }
        return null;
    }

    private static List<String> names(Message.Builder message) {
        return message.getDescriptorForType().getFields().stream()
                .map(FieldDescriptor::getJsonName)
                .toList();
    }

    private void field(Node node, String path, FieldDescriptor field, Message.Builder into) {
        if (isNull(node)) {
            return;
        }
        if (field.isMapField()) {
            map(node, path, field, into);
        } else if (field.isRepeated()) {
            if (!(node instanceof SequenceNode sequence)) {
                faults.add(node, path, "must be a list");
                return;
            }
            List<Node> items = sequence.getValue();
            for (int i = 0; i < items.size(); i++) {
                Object value = value(items.get(i), path + "[" + i + "]", field, into);
                if (value != null) {
                    into.addRepeatedField(field, value);
                }
            }
        } else {
            Object value = value(node, path, field, into);
            if (value != null) {
                into.setField(field, value);
            }
        }
    }

    private void map(Node node, String path, FieldDescriptor field, Message.Builder into) {
        if (!(node instanceof MappingNode mapping)) {
            faults.add(node, path, "must be a mapping");
            return;
        }
        FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
        FieldDescriptor content = field.getMessageType().findFieldByNumber(2);
        Set<String> seen = new HashSet<>();
        for (NodeTuple entry : mapping.getValue()) {
            String name = key(entry);
            String entryPath = path + "." + name;
            if (!seen.add(name)) {
                faults.add(entry.getKeyNode(), entryPath, "given twice");
                continue;
            }
            Message.Builder pair = into.newBuilderForField(field);
            Object value = value(entry.getValueNode(), entryPath, content, pair);
            if (value != null) {
                into.addRepeatedField(
                        field, pair.setField(key, name).setField(content, value).build());
            }
        }
    }

    private @Nullable Object value(Node node, String path, FieldDescriptor field, Message.Builder parent) {
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            return message(node, path, field, parent);
        }
        if (!(node instanceof ScalarNode scalar)) {
            faults.add(node, path, "must be a single value");
            return null;
        }
        String text = scalar.getValue();
        try {
            return switch (field.getJavaType()) {
                case STRING -> text;
                case INT -> new BigDecimal(text).intValueExact();
                case LONG -> new BigDecimal(text).longValueExact();
                case DOUBLE -> Double.valueOf(text);
                case FLOAT -> Float.valueOf(text);
                case BOOLEAN -> bool(scalar);
                case ENUM -> Names.parse(field.getEnumType(), text);
                case BYTE_STRING -> ByteString.copyFrom(Base64.getDecoder().decode(text));
                case MESSAGE -> throw new IllegalStateException(path);
            };
        } catch (RegistryException e) {
            faults.add(node, path, e.detail().getMessage() + ". " + e.detail().getHint());
        } catch (IllegalArgumentException | ArithmeticException e) {
            faults.add(
                    node, path, "'" + text + "' is no " + field.getType().name().toLowerCase(java.util.Locale.ROOT));
        }
        return null;
    }

    private static boolean bool(ScalarNode scalar) {
        return switch (scalar.getValue()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(scalar.getValue());
        };
    }

    private @Nullable Message message(Node node, String path, FieldDescriptor field, Message.Builder parent) {
        String type = field.getMessageType().getFullName();
        if (type.equals(Struct.getDescriptor().getFullName())) {
            return new StructReader(faults).struct(node, path);
        }
        try {
            if (type.equals(Timestamp.getDescriptor().getFullName())) {
                return Timestamps.parse(text(node));
            }
            if (type.equals(Duration.getDescriptor().getFullName())) {
                return Durations.parse(text(node));
            }
            if (type.equals(FieldMask.getDescriptor().getFullName())) {
                return FieldMaskUtil.fromJsonString(text(node));
            }
        } catch (ParseException | IllegalArgumentException e) {
            faults.add(
                    node,
                    path,
                    "'" + text(node) + "' is no " + field.getMessageType().getName());
            return null;
        }
        Message.Builder builder = parent.newBuilderForField(field);
        read(node, path, builder);
        return builder.build();
    }

    private static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    static boolean isNull(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.getTag().equals(Tag.NULL)
                && scalar.getScalarStyle() == org.yaml.snakeyaml.DumperOptions.ScalarStyle.PLAIN;
    }

    /** The items of a list that a field of the file must be; empty and a fault if it is something else. */
    static List<Node> items(Node node, String path, Faults faults) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        if (!isNull(node)) {
            faults.add(node, path, "must be a list");
        }
        return new ArrayList<>();
    }
}
