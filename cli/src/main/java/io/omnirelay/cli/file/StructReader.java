package io.omnirelay.cli.file;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.meshkit.api.RegistryException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads a tree as a free JSON document: here YAML decides what a scalar is. */
public final class StructReader {
    private final Faults faults;

    public StructReader(Faults faults) {
        this.faults = faults;
    }

    /**
     * A document given as text.
     *
     * @throws RegistryException INVALID_REQUEST naming what is wrong and where
     */
    public static Struct parse(String file, String text) {
        Faults faults = new Faults(file);
        Struct struct = new StructReader(faults).struct(YamlText.parse(file, text), "");
        faults.throwIfAny();
        return struct;
    }

    Struct struct(Node node, String path) {
        Struct.Builder struct = Struct.newBuilder();
        if (!(node instanceof MappingNode mapping)) {
            faults.add(node, path, "must be an object");
            return struct.build();
        }
        for (NodeTuple entry : mapping.getValue()) {
            String name = MessageReader.key(entry);
            String fieldPath = path.isEmpty() ? name : path + "." + name;
            if (struct.containsFields(name)) {
                faults.add(entry.getKeyNode(), fieldPath, "given twice");
            }
            struct.putFields(name, value(entry.getValueNode(), fieldPath));
        }
        return struct.build();
    }

    private Value value(Node node, String path) {
        Value.Builder value = Value.newBuilder();
        if (node instanceof MappingNode) {
            return value.setStructValue(struct(node, path)).build();
        }
        if (node instanceof SequenceNode sequence) {
            ListValue.Builder list = ListValue.newBuilder();
            for (int i = 0; i < sequence.getValue().size(); i++) {
                list.addValues(value(sequence.getValue().get(i), path + "[" + i + "]"));
            }
            return value.setListValue(list).build();
        }
        ScalarNode scalar = (ScalarNode) node;
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.NULL)) {
            return value.setNullValue(NullValue.NULL_VALUE).build();
        }
        if (tag.equals(Tag.BOOL)) {
            return value.setBoolValue(text.equalsIgnoreCase("true")
                            || text.equalsIgnoreCase("yes")
                            || text.equalsIgnoreCase("on"))
                    .build();
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return number(scalar, path, value);
        }
        return value.setStringValue(text).build();
    }

    private Value number(ScalarNode scalar, String path, Value.Builder value) {
        try {
            double number = Double.parseDouble(scalar.getValue());
            if (Double.isFinite(number)) {
                return value.setNumberValue(number).build();
            }
        } catch (NumberFormatException e) {
            // Falls to the fault below: YAML has more notations of numbers than JSON.
        }
        faults.add(scalar, path, "'" + scalar.getValue() + "' is no JSON number; quote it if it is text");
        return value.setNullValue(NullValue.NULL_VALUE).build();
    }
}
