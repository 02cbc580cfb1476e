package io.meshkit.domain;

import com.google.protobuf.Message;
import io.meshkit.v1.ErrorDetail;

/** What became of a query: a response, or why there is none. */
public sealed interface QueryResult {
    /**
     * @param response the verb's response message; its {@code read_info} is for the node that answers to fill
     */
    record Answered(Message response) implements QueryResult {}

    /** The request is malformed or names what is not there. */
    record Refused(ErrorDetail error) implements QueryResult {}
}
