package io.meshkit.domain.kernel;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.v1.ErrorDetail;
import org.jspecify.annotations.Nullable;

/** What a handler makes of a command. */
public sealed interface Reply {
    /**
     * @param response     the verb's response, its {@code result} still empty
     * @param etag         of the record after the mutation, or empty
     * @param lastRevision of the record, for the case that nothing changed
     * @param encoded      the bytes of the response's first field, if they are known: they need not be made again
     */
    record Accepted(
            Message.Builder response,
            String etag,
            long lastRevision,
            @Nullable EncodedField encoded) implements Reply {
        public Accepted(Message.Builder response, String etag, long lastRevision) {
            this(response, etag, lastRevision, null);
        }

        /** Afterwards the builder is spent. */
        EncodedResponse encode() {
            if (encoded == null) {
                return new EncodedResponse(null, Bytes.of(response.build()));
            }
            response.clearField(encoded.field());
            return new EncodedResponse(encoded, Bytes.of(response.build()));
        }
    }

    /**
     * A response's deterministic bytes.
     *
     * @param first its first field, or null if that is among the others
     */
    record EncodedResponse(@Nullable EncodedField first, byte[] others) {
        byte[] whole() {
            return first == null ? others : EncodedParts.fieldThen(first.field().getNumber(), first.content(), others);
        }
    }

    /**
     * A message inside the response whose bytes are known.
     *
     * @param field the response's field of the lowest number
     */
    record EncodedField(FieldDescriptor field, byte[] content) {}

    record Rejected(ErrorDetail error) implements Reply {}
}
