package io.meshkit.domain;

import com.google.protobuf.Message;
import io.meshkit.v1.ErrorDetail;
import org.jspecify.annotations.Nullable;

/** What became of a query: a response, or why there is none. */
public sealed interface QueryResult {
    /**
     * @param head     the verb's response message, without what {@code rows} has; its {@code read_info} is
     *     for the node that answers to fill
     * @param rows     its record, or a list's; null: they, if any, are in {@code head}
     * @param revision that it shows: of a later page of a list, that of the first
     */
    record Answered(Message head, @Nullable EncodedRows rows, long revision) implements QueryResult {
        /** For handlers: the revision is added by who calls them. */
        public Answered(Message response) {
            this(response, null, 0);
        }

        /** For handlers that show records as they are stored. */
        public Answered(Message head, EncodedRows rows) {
            this(head, rows, 0);
        }

        /** The response with everything in it. */
        public Message response() {
            return rows == null ? head : rows.whole(head);
        }

        /** The same as of a revision. */
        public Answered asOf(long shown) {
            return new Answered(head, rows, shown);
        }
    }

    /** The request continues what began at a revision that the view has not reached: wait for it. */
    record Ahead(long revision) implements QueryResult {}

    /** The request is malformed or names what is not there. */
    record Refused(ErrorDetail error) implements QueryResult {}
}
