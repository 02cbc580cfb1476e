package io.omnirelay.transport.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Messages as JSON and back: proto3 JSON with three deviations, each for the people who read it.
 *
 * <ol>
 *   <li>64-bit integers are JSON numbers, not strings. All of ours (revisions, versions, positions) stay below
 *       2^53, so no reader loses digits. Strings are accepted, too.
 *   <li>Enum values are printed short: {@code SHARD_STATUS_ACTIVE} as {@code active},
 *       {@code READ_LEVEL_AT_LEAST} as {@code at-least}. Any spelling of the short or the full name is accepted,
 *       and the number.
 *   <li>{@code google.protobuf.Any} is {@code {"@type": …, "value": base64}}: no registry of types is needed.
 * </ol>
 *
 * <p>Printed are all fields that have no presence, so that an answer always has the same members: scalars,
 * enums, lists and maps also when empty. Fields with presence (messages, {@code optional}, {@code oneof}) are
 * printed when set. The order is that of the field numbers; map keys are sorted: the same message is always
 * the same bytes.
 *
 * <p>Parsing is strict: unknown fields, a field given twice, two fields of one oneof, trailing text, invalid
 * UTF-8, unpaired surrogates and more than {@value #DEPTH_MAX} levels are refused, with line, column and path.
 *
 * <p>Thread: any; nothing here has state.
 */
public final class ProtoJson {
    /** Levels of nesting that a document may have. */
    public static final int DEPTH_MAX = 64;

    private static final int NUMBER_CHARS_MAX = 128;

    static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_CHARS_MAX)
                    .build())
            .build();

    private ProtoJson() {}

    /** What to print of fields that have no presence and hold their default. */
    public enum Defaults {
        /** Print them: answers have the same members always. */
        PRINT,
        /** Leave them out: compact. */
        OMIT
    }

    /** The message as UTF-8, with defaults. */
    public static byte[] print(MessageOrBuilder message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try {
            print(message, Defaults.PRINT, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The message as a string. */
    public static String printToString(MessageOrBuilder message, Defaults defaults) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try {
            print(message, defaults, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /**
     * Writes the message as UTF-8.
     *
     * @param out left open
     */
    public static void print(MessageOrBuilder message, Defaults defaults, OutputStream out) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            new JsonPrinter(json, defaults == Defaults.PRINT).message(message);
        }
    }

    /** Writes the message as one value of a larger document. */
    public static void print(MessageOrBuilder message, Defaults defaults, JsonGenerator json) throws IOException {
        new JsonPrinter(json, defaults == Defaults.PRINT).message(message);
    }

    /**
     * Merges a JSON document into a builder.
     *
     * @throws io.meshkit.api.RegistryException INVALID_REQUEST, naming line, column and field
     */
    public static void parse(byte[] json, Message.Builder into) {
        new JsonReader(json).document(into);
    }

    /**
     * As {@link #parse}, and tells which fields the document names: an update mask.
     *
     * @return paths in proto notation, in order of appearance. A field {@code meta}, the header that records
     *     have in common, is named by its members ({@code meta.labels}); every other message as a whole.
     */
    public static List<String> parseNamingFields(byte[] json, Message.Builder into) {
        return new JsonReader(json).documentNamingFields(into);
    }
}
