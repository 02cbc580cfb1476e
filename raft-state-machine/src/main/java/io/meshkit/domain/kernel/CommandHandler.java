package io.meshkit.domain.kernel;

import com.google.protobuf.Message;

/**
 * One verb: what it answers and how it decides.
 *
 * @param <Q> the verb's request message
 */
public interface CommandHandler<Q extends Message> {
    /** The verb's empty response message. */
    Message responsePrototype();
}
