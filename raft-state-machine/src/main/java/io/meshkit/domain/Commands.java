package io.meshkit.domain;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import io.meshkit.v1.Command;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.TransactionOperation;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Between a verb's request message and the commands of the log.
 *
 * <p>Derived from the descriptors: a new verb needs nothing here. Pure. Thread: any number.
 */
public final class Commands {
    private static final OneofDescriptor OPERATION =
            Command.getDescriptor().getOneofs().getFirst();
    private static final OneofDescriptor STEP =
            TransactionOperation.getDescriptor().getOneofs().getFirst();
    private static final TreeMap<String, FieldDescriptor> OPERATION_FIELDS = byMessage(OPERATION);

    private Commands() {}

    /** Whether the message is an operation of a command. */
    public static boolean isMutation(Descriptor request) {
        return OPERATION_FIELDS.containsKey(request.getFullName());
    }

    /**
     * The command that asks for the request.
     *
     * @throws IllegalArgumentException if the request is no mutation
     */
    public static Command wrap(Message request, String principal) {
        FieldDescriptor field =
                OPERATION_FIELDS.get(request.getDescriptorForType().getFullName());
        if (field == null) {
            throw new IllegalArgumentException(
                    "not a mutation: " + request.getDescriptorForType().getFullName());
        }
        return Command.newBuilder()
                .setPrincipal(principal)
                .setField(field, request)
                .build();
    }

    /**
     * The request inside the command.
     *
     * @throws IllegalStateException if there is none that this version knows; that must halt the replica
     */
    public static Message operation(Command command) {
        return (Message) command.getField(operationField(command));
    }

    /** The request inside a transaction's step, or null if there is none that this version knows. */
    public static @Nullable Message operation(TransactionOperation step) {
        FieldDescriptor field = step.getOneofFieldDescriptor(STEP);
        return field == null ? null : (Message) step.getField(field);
    }

    /** The tag of the operation in the command: stable, never reused. */
    static FieldDescriptor operationField(Command command) {
        FieldDescriptor field = command.getOneofFieldDescriptor(OPERATION);
        if (field == null) {
            throw new IllegalStateException("command without an operation that this version knows; unknown fields: "
                    + command.getUnknownFields().asMap().keySet());
        }
        return field;
    }

    /** The empty response message of the command's verb. */
    public static Message responsePrototype(Command command) {
        return CommandHandlers.of(operation(command)).responsePrototype();
    }

    /** The operation's options. */
    public static MutationOptions options(Command command) {
        return options(operation(command));
    }

    /** The request's options. */
    public static MutationOptions options(Message request) {
        return (MutationOptions) request.getField(optionsField(request));
    }

    /** The request id, or empty. */
    public static String requestId(Command command) {
        return options(command).getRequestId();
    }

    /** The command under another request id. */
    public static Command withRequestId(Command command, String requestId) {
        Message operation = operation(command);
        MutationOptions options =
                options(operation).toBuilder().setRequestId(requestId).build();
        return command.toBuilder()
                .setField(operationField(command), withOptions(operation, options))
                .build();
    }

    /** The request with other options. */
    @SuppressWarnings("unchecked")
    public static <Q extends Message> Q withOptions(Q request, MutationOptions options) {
        return (Q) request.toBuilder().setField(optionsField(request), options).build();
    }

    private static FieldDescriptor optionsField(Message request) {
        FieldDescriptor field = request.getDescriptorForType().findFieldByName("options");
        if (field == null) {
            throw new IllegalArgumentException(
                    "no options in " + request.getDescriptorForType().getFullName());
        }
        return field;
    }

    private static TreeMap<String, FieldDescriptor> byMessage(OneofDescriptor oneof) {
        TreeMap<String, FieldDescriptor> fields = new TreeMap<>();
        for (FieldDescriptor field : oneof.getFields()) {
            fields.put(field.getMessageType().getFullName(), field);
        }
        return fields;
    }
}
