package io.meshkit.domain;

import com.google.protobuf.Message;
import io.meshkit.storage.StoreView;

/** The verbs that read. Pure functions of the view. */
public final class Queries {
    private Queries() {}

    /**
     * Answers the request of a verb of kind READ.
     *
     * @throws IllegalArgumentException if the message is no such request
     */
    public static QueryResult answer(StoreView view, Message request) {
        throw new IllegalArgumentException(
                "not a query: " + request.getDescriptorForType().getFullName());
    }
}
