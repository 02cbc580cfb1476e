package io.meshkit.domain.kernel;

import com.google.protobuf.Message;

/**
 * One verb: what it takes, what it answers, what is always wrong with a request, and how it decides.
 *
 * @param <Q> the verb's request message
 */
public interface CommandHandler<Q extends Message> {
    /** The verb's empty request message. */
    Q requestPrototype();

    /** The verb's empty response message; it has a field {@code result}. */
    Message responsePrototype();

    /** Finds what is wrong with the request whatever the state. The options have been checked already. */
    void check(Q request, Check check);

    /**
     * Whether every record that the verb reads or changes goes through {@link RecordHandler}, which holds it
     * against what the caller's bindings are narrowed to. Otherwise the caller must hold the verb everywhere.
     */
    default boolean isNarrowable() {
        return false;
    }

    /** The request without what a receiving node decides anew at each attempt: what tells retries apart. */
    default Q identity(Q request) {
        return request;
    }

    /**
     * Decides against the state that the work shows, and stages the changes there. What a rejected command has
     * staged is dropped.
     */
    Reply decide(Work work, Q request);
}
