package io.meshkit.domain;

import com.google.protobuf.Message;
import io.meshkit.v1.ErrorDetail;

/** What became of a query: a response, or why there is none. */
public sealed interface QueryResult {
    /**
     * @param response the verb's response message; its {@code read_info} is for the node that answers to fill
     * @param revision that it shows: of a later page of a list, that of the first
     */
    record Answered(Message response, long revision) implements QueryResult {
        /** For handlers: the revision is added by who calls them. */
        public Answered(Message response) {
            this(response, 0);
        }
    }

    /** The request continues what began at a revision that the view has not reached: wait for it. */
    record Ahead(long revision) implements QueryResult {}

    /** The request is malformed or names what is not there. */
    record Refused(ErrorDetail error) implements QueryResult {}
}
