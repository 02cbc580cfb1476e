package io.omnirelay.transport.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import com.google.protobuf.Timestamp;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.meshkit.api.RegistryException;
import io.omnirelay.test.v1.Everything;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Any message survives JSON, and protobuf's own JsonFormat reads what we print and writes what we read. */
class ProtoJsonProperties {
    @Property(tries = 300)
    void print_thenParse_givesTheMessage(@ForAll long seed) {
        Everything message = random(seed);

        for (ProtoJson.Defaults defaults : ProtoJson.Defaults.values()) {
            Everything.Builder back = Everything.newBuilder();
            ProtoJson.parse(ProtoJson.printToString(message, defaults).getBytes(StandardCharsets.UTF_8), back);
            assertThat(back.build()).isEqualTo(message);
        }
    }

    @Property(tries = 200)
    void jsonFormat_writesWhatWeRead(@ForAll long seed) throws Exception {
        // JsonFormat needs to know the type of what an Any holds.
        Everything message = random(seed).toBuilder().clearAnAny().clearNested().build();
        Everything.Builder back = Everything.newBuilder();
        ProtoJson.parse(JsonFormat.printer().print(message).getBytes(StandardCharsets.UTF_8), back);

        assertThat(back.build()).isEqualTo(message);
    }

    @Property(tries = 200)
    void jsonFormat_readsWhatWePrint_butForShortEnums(@ForAll long seed) throws Exception {
        Everything.Builder plain = random(seed).toBuilder()
                .clearAnAny()
                .clearAnEnum()
                .clearSomeEnums()
                .clearEnumMap()
                .clearNested();
        // JsonFormat reads -0.0 as 0.
        plain.setADouble(plain.getADouble() + 0.0).setAFloat(plain.getAFloat() + 0.0f);
        plain.getAWrappedDoubleBuilder().setValue(plain.getAWrappedDouble().getValue() + 0.0);
        Everything message = plain.build();
        Everything.Builder back = Everything.newBuilder();
        JsonFormat.parser()
                .usingTypeRegistry(TypeRegistry.getEmptyTypeRegistry())
                .merge(ProtoJson.printToString(message, ProtoJson.Defaults.OMIT), back);

        assertThat(back.build()).isEqualTo(message);
    }

    @Property(tries = 300)
    void print_isDeterministic(@ForAll long seed) throws Exception {
        Everything message = random(seed);

        assertThat(ProtoJson.print(Everything.parseFrom(message.toByteString())))
                .isEqualTo(ProtoJson.print(message));
    }

    @Property(tries = 500)
    void parse_anyBytes_succeedsOrIsInvalid(@ForAll @Size(max = 60) byte[] bytes) {
        try {
            ProtoJson.parse(bytes, Everything.newBuilder());
        } catch (RegistryException expected) {
            assertThat(expected.detail().getMessage()).isNotEmpty();
        }
    }

    @Property(tries = 500)
    void parse_damagedDocument_succeedsOrIsInvalid(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] json = ProtoJson.print(random(seed));
        for (int i = random.nextInt(4); i >= 0; i--) {
            json[random.nextInt(json.length)] = (byte) "{}[]\",:0e.-x\\\u0000\u00ff".charAt(random.nextInt(15));
        }
        try {
            ProtoJson.parse(json, Everything.newBuilder());
        } catch (RegistryException expected) {
            assertThat(expected.detail().getMessage()).isNotEmpty();
        }
    }

    private static Everything random(long seed) {
        Everything.Builder builder = Everything.newBuilder();
        fill(builder, new Random(seed), 2);
        return builder.build();
    }

    private static void fill(Message.Builder builder, Random random, int depth) {
        for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
            boolean recursive = field.getName().equals("nested");
            if (random.nextInt(3) == 0 || (recursive && depth == 0)) {
                continue;
            }
            if (field.isMapField()) {
                // Distinct keys: a repeated entry of a map is no message that could be printed and read again.
                Message.Builder entry = builder.newBuilderForField(field);
                fillEntry(entry, random, depth);
                builder.addRepeatedField(field, entry.build());
            } else if (field.isRepeated()) {
                for (int i = random.nextInt(4); i > 0; i--) {
                    builder.addRepeatedField(field, value(builder, field, random, depth));
                }
            } else {
                builder.setField(field, value(builder, field, random, depth));
            }
        }
    }

    private static void fillEntry(Message.Builder entry, Random random, int depth) {
        for (FieldDescriptor field : entry.getDescriptorForType().getFields()) {
            entry.setField(field, value(entry, field, random, depth));
        }
    }

    private static Object value(Message.Builder parent, FieldDescriptor field, Random random, int depth) {
        return switch (field.getJavaType()) {
            case INT -> random.nextBoolean() ? random.nextInt() : random.nextInt(3) - 1;
            case LONG -> random.nextBoolean() ? random.nextLong() : (long) random.nextInt(3) - 1;
            case DOUBLE -> randomDouble(random);
            case FLOAT -> (float) randomDouble(random);
            case BOOLEAN -> random.nextBoolean();
            case STRING -> text(random);
            case BYTE_STRING -> {
                byte[] bytes = new byte[random.nextInt(20)];
                random.nextBytes(bytes);
                yield ByteString.copyFrom(bytes);
            }
            case ENUM -> {
                var values = field.getEnumType().getValues();
                EnumValueDescriptor constant = values.get(random.nextInt(values.size()));
                yield constant;
            }
            case MESSAGE -> message(parent, field, random, depth);
        };
    }

    private static Message message(Message.Builder parent, FieldDescriptor field, Random random, int depth) {
        Message.Builder inner = parent.newBuilderForField(field);
        if (inner instanceof Timestamp.Builder time) {
            return time.setSeconds(random.nextInt())
                    .setNanos(random.nextInt(1_000_000_000))
                    .build();
        }
        if (inner instanceof Duration.Builder duration) {
            int sign = random.nextBoolean() ? 1 : -1;
            return duration.setSeconds((long) sign * random.nextInt(1_000_000))
                    .setNanos(sign * random.nextInt(1_000_000_000))
                    .build();
        }
        if (inner instanceof FieldMask.Builder mask) {
            return mask.addPaths("meta.labels").addPaths("cluster_id").build();
        }
        if (inner instanceof Value.Builder value) {
            return any(value, random, depth);
        }
        fill(inner, random, depth - 1);
        return inner.build();
    }

    private static Value any(Value.Builder value, Random random, int depth) {
        switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> value.setNullValue(NullValue.NULL_VALUE);
            case 1 -> value.setBoolValue(random.nextBoolean());
            case 2 -> value.setStringValue(text(random));
            case 3 -> value.setNumberValue(random.nextBoolean() ? random.nextInt() : random.nextGaussian());
            case 4 -> value.getStructValueBuilder().putFields(text(random), any(Value.newBuilder(), random, depth - 1));
            default -> value.getListValueBuilder().addValues(any(Value.newBuilder(), random, depth - 1));
        }
        return value.build();
    }

    private static double randomDouble(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            case 2 -> Double.NEGATIVE_INFINITY;
            case 3 -> random.nextInt(100);
            case 4 -> -0.0;
            case 5 -> (float) random.nextGaussian();
            case 6 -> 9_007_199_254_740_993.0;
            default -> random.nextGaussian() * 1e30;
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> text.append((char) random.nextInt(0x80));
                case 1 -> text.append((char) (0xA0 + random.nextInt(0x400)));
                case 2 -> text.appendCodePoint(0x1F600 + random.nextInt(50));
                default -> text.append((char) ('a' + random.nextInt(26)));
            }
        }
        return text.toString();
    }
}
