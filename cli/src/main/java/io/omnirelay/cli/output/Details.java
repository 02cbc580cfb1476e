package io.omnirelay.cli.output;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One message as aligned lines for people: every field that is set, driven by the descriptor. */
public final class Details {
    private record Line(int depth, String label, String value) {}

    private final List<Line> lines = new ArrayList<>();

    private Details() {}

    /** Prints the message; what cannot stand on one line follows indented. */
    public static void print(Message message, Streams streams) {
        Details details = new Details();
        details.add(message, 0);
        int width = details.lines.stream()
                .mapToInt(line -> 2 * line.depth() + line.label().length())
                .max()
                .orElse(0);
        for (Line line : details.lines) {
            String label = "  ".repeat(line.depth()) + line.label();
            Colour colour = streams.colours() ? Colour.ofState(line.value()) : Colour.NONE;
            streams.out()
                    .println((label + " ".repeat(width - label.length() + 2) + colour.paint(line.value()))
                            .stripTrailing());
        }
    }

    private void add(Message message, int depth) {
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            String label = field.getName().replace('_', ' ').toLowerCase(Locale.ROOT);
            if (field.isRepeated()) {
                addRepeated(label, field, (List<?>) entry.getValue(), depth);
            } else {
                addOne(label, entry.getValue(), depth);
            }
        }
    }

    private void addRepeated(String label, FieldDescriptor field, List<?> values, int depth) {
        if (field.isMapField()) {
            List<String> pairs = new ArrayList<>();
            for (Object value : values) {
                Message pair = (Message) value;
                FieldDescriptor key = pair.getDescriptorForType().findFieldByNumber(1);
                FieldDescriptor content = pair.getDescriptorForType().findFieldByNumber(2);
                pairs.add(pair.getField(key) + "=" + pair.getField(content));
            }
            pairs.sort(null);
            lines.add(new Line(depth, label, String.join(", ", pairs)));
        } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            for (Object value : values) {
                lines.add(new Line(depth, label, ""));
                add((Message) value, depth + 1);
            }
        } else {
            lines.add(new Line(
                    depth,
                    label,
                    String.join(", ", values.stream().map(Details::scalar).toList())));
        }
    }

    private void addOne(String label, Object value, int depth) {
        switch (value) {
            case Struct document -> {
                lines.add(new Line(depth, label, ""));
                for (String line : Json.yaml(document).stripTrailing().split("\n", -1)) {
                    lines.add(new Line(depth + 1, line, ""));
                }
            }
            case Timestamp time -> lines.add(new Line(depth, label, Names.of(time)));
            case Duration duration -> lines.add(new Line(depth, label, Names.of(duration)));
            case Message message -> {
                lines.add(new Line(depth, label, ""));
                add(message, depth + 1);
            }
            default -> lines.add(new Line(depth, label, scalar(value)));
        }
    }

    private static String scalar(Object value) {
        return switch (value) {
            case EnumValueDescriptor constant -> Names.of(constant);
            case ByteString bytes -> HexFormat.of().formatHex(bytes.toByteArray());
            default -> String.valueOf(value);
        };
    }
}
