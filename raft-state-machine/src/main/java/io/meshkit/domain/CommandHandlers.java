package io.meshkit.domain;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.CommandHandler;

/** The handler of each mutation. Adding a verb: one handler, one line here. */
public final class CommandHandlers {
    private CommandHandlers() {}

    /**
     * The handler of the operation.
     *
     * @throws IllegalStateException if this version has none; that must halt the replica
     */
    public static CommandHandler<?> of(Message operation) {
        throw new IllegalStateException(
                "no handler for " + operation.getDescriptorForType().getFullName());
    }
}
