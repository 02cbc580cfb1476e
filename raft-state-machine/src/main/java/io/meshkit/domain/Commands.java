package io.meshkit.domain;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Dedupe;
import io.meshkit.domain.kernel.Requests;
import io.meshkit.v1.Command;
import io.meshkit.v1.Credential;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.TransactionOperation;
import io.meshkit.v1.TransactionOperation.OperationCase;
import java.util.TreeMap;

/**
 * Between a verb's request message and the commands of the log.
 *
 * <p>Derived from the descriptors: a new verb needs nothing here. Pure. Thread: any number.
 */
public final class Commands {
    private static final OneofDescriptor OPERATION =
            Command.getDescriptor().getOneofs().getFirst();
    private static final TreeMap<String, FieldDescriptor> OPERATION_FIELDS = byMessage(OPERATION);

    private Commands() {}

    /** Whether the message is an operation of a command. */
    public static boolean isMutation(Descriptor request) {
        return OPERATION_FIELDS.containsKey(request.getFullName());
    }

    /** The command by which the leader itself asks for the request. @param principal begins with meshkit: */
    public static Command ofSystem(Message request, String principal) {
        return wrap(
                request,
                new Caller(
                        principal,
                        Credential.newBuilder().setMethod(Caller.SYSTEM).build()));
    }

    /** The command by which the caller asks for the request. */
    public static Command wrap(Message request, Caller caller) {
        return wrap(request, caller.principal()).toBuilder()
                .setCredential(caller.credential())
                .build();
    }

    /** Whether a client may ask for the command: it is a verb of the contract, and nobody claims to be the system. */
    public static boolean isOfClient(Command command) {
        return VerbRule.of(operation(command)) != null
                && !Caller.of(command).isSystem()
                && !Caller.isReserved(command.getPrincipal());
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

    /**
     * Asserts that this version knows every operation of the command, also those inside a transaction.
     *
     * @throws IllegalStateException if not; that must halt the replica
     */
    static void requireKnown(Command command) {
        operationField(command);
        for (TransactionOperation step : command.getTransact().getOperationsList()) {
            if (step.getOperationCase() == OperationCase.OPERATION_NOT_SET
                    && !step.getUnknownFields().asMap().isEmpty()) {
                throw new IllegalStateException("transaction with an operation that this version does not know: "
                        + step.getUnknownFields().asMap().keySet());
            }
        }
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
        return Requests.options(operation(command));
    }

    /** The request's options. */
    public static MutationOptions options(Message request) {
        return Requests.options(request);
    }

    /** The request id, or empty. */
    public static String requestId(Command command) {
        return options(command).getRequestId();
    }

    /** The command under another request id. */
    public static Command withRequestId(Command command, String requestId) {
        Message operation = operation(command);
        MutationOptions options =
                Requests.options(operation).toBuilder().setRequestId(requestId).build();
        return command.toBuilder()
                .setField(operationField(command), Requests.withOptions(operation, options))
                .clearPayloadHash()
                .build();
    }

    /** The command with the hash by which a retry is told from another mutation. Nothing in it may change after this. */
    public static Command hashed(Command command) {
        return command.toBuilder()
                .setPayloadHash(payloadHash(CommandHandlers.of(operation(command)), command))
                .build();
    }

    @SuppressWarnings("unchecked")
    private static <Q extends Message> ByteString payloadHash(CommandHandler<Q> handler, Command command) {
        return Dedupe.payloadHash(handler, operationField(command).getNumber(), (Q) operation(command));
    }

    private static TreeMap<String, FieldDescriptor> byMessage(OneofDescriptor oneof) {
        TreeMap<String, FieldDescriptor> fields = new TreeMap<>();
        for (FieldDescriptor field : oneof.getFields()) {
            fields.put(field.getMessageType().getFullName(), field);
        }
        return fields;
    }
}
