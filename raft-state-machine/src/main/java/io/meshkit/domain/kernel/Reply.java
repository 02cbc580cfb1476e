package io.meshkit.domain.kernel;

import com.google.protobuf.Message;
import io.meshkit.v1.ErrorDetail;

/** What a handler makes of a command. */
public sealed interface Reply {
    /**
     * @param response     the verb's response, its {@code result} still empty
     * @param etag         of the record after the mutation, or empty
     * @param lastRevision of the record, for the case that nothing changed
     */
    record Accepted(Message.Builder response, String etag, long lastRevision) implements Reply {}

    record Rejected(ErrorDetail error) implements Reply {}
}
