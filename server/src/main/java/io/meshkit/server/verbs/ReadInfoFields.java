package io.meshkit.server.verbs;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.domain.EncodedRows;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Etags;
import io.meshkit.v1.ReadInfo;
import io.meshkit.v1.ReadOptions;
import io.meshkit.v1.RecordMeta;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a read verb's messages carry what every read has: looked up once per verb, used on every call.
 *
 * @param options  {@code read} of the request
 * @param readInfo {@code read_info} of the response
 * @param etag     {@code etag} of the response; null: it has none
 * @param record   the response's field whose message has a {@code meta}; null: it has none
 * @param meta     that message's {@code meta}
 */
record ReadInfoFields(
        FieldDescriptor options,
        FieldDescriptor readInfo,
        @Nullable FieldDescriptor etag,
        @Nullable FieldDescriptor record,
        @Nullable FieldDescriptor meta) {
    private static final int TAG_BYTES = 16;

    /**
     * @throws IllegalStateException if a message lacks what a read must have: the contract is broken
     */
    static ReadInfoFields of(Descriptor request, Descriptor response) {
        FieldDescriptor record = null;
        FieldDescriptor meta = null;
        for (FieldDescriptor field : response.getFields()) {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated()) {
                FieldDescriptor candidate = field.getMessageType().findFieldByName("meta");
                if (candidate != null
                        && candidate.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                        && candidate.getMessageType().equals(RecordMeta.getDescriptor())) {
                    record = field;
                    meta = candidate;
                }
            }
        }
        return new ReadInfoFields(
                required(request, "read"),
                required(response, "read_info"),
                response.findFieldByName("etag"),
                record,
                meta);
    }

    private static FieldDescriptor required(Descriptor message, String name) {
        FieldDescriptor field = message.findFieldByName(name);
        if (field == null) {
            throw new IllegalStateException(message.getFullName() + " is of a read and has no " + name);
        }
        return field;
    }

    ReadOptions optionsOf(Message request) {
        return (ReadOptions) request.getField(options);
    }

    /**
     * The response with its {@code read_info}, and its etag if it lacks one: the record's revision, of a list what it
     * shows.
     *
     * @param rows what of a list is not in the response; there it is in wire form
     */
    Message complete(Message response, @Nullable EncodedRows rows, ReadInfo info) {
        Message.Builder builder = response.toBuilder().setField(readInfo, info);
        if (etag != null && record != null && meta != null && response.hasField(record)) {
            Message value = (Message) response.getField(record);
            if (((String) response.getField(etag)).isEmpty()) {
                builder.setField(etag, Etags.of((RecordMeta) value.getField(meta)));
            }
        } else if (etag != null && record == null) {
            builder.setField(etag, listTag(response, rows));
        }
        return rows == null ? builder.build() : rows.inWireForm(builder.build());
    }

    /**
     * Of the rows and of whether more follow: a list is the same one after changes that it does not show, although its
     * cursor, which bears the revision, is another. Of a record its texts and its revision say everything, and cost far
     * less than its bytes.
     */
    private static String listTag(Message list, @Nullable EncodedRows rows) {
        MessageDigest digest = Bytes.sha256();
        if (rows != null) {
            rows.identify(digest);
        }
        boolean more = false;
        for (Map.Entry<FieldDescriptor, Object> field : list.getAllFields().entrySet()) {
            if (field.getKey().getName().equals("next_cursor")) {
                more = true;
            } else if (field.getValue() instanceof List<?> items) {
                items.forEach(row -> digest.update(row instanceof Message message ? essence(message) : text(row)));
            } else {
                digest.update(text(field.getValue()));
            }
        }
        byte[] hash = Arrays.copyOf(digest.digest(), TAG_BYTES);
        return "W/\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash) + (more ? "+" : "") + "\"";
    }

    private static byte[] essence(Message row) {
        FieldDescriptor meta = row.getDescriptorForType().findFieldByName("meta");
        if (meta == null || !(row.getField(meta) instanceof RecordMeta header)) {
            return row.toByteArray();
        }
        StringBuilder essence = new StringBuilder();
        for (FieldDescriptor field : row.getDescriptorForType().getFields()) {
            if (field.getJavaType() == FieldDescriptor.JavaType.STRING && !field.isRepeated()) {
                essence.append(row.getField(field)).append('\0');
            }
        }
        return text(essence.append(header.getModRevision()).append('\n'));
    }

    private static byte[] text(Object value) {
        return value.toString().getBytes(StandardCharsets.UTF_8);
    }
}
