package io.meshkit.domain.transactions;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.RecordHandler.Step;
import io.meshkit.domain.kernel.Reply;
import io.meshkit.domain.kernel.Requests;
import io.meshkit.domain.kernel.Work;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.TransactRequest;
import io.meshkit.v1.TransactResponse;
import io.meshkit.v1.TransactionOperation;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Several verbs in order, each seeing the ones before; all or nothing, one revision.
 *
 * <p>The atomicity is the command's own: what a rejected command has staged is dropped as a whole.
 */
public final class TransactHandler implements CommandHandler<TransactRequest> {
    private final Function<Message, RecordHandler<?, ?>> handlers;

    /** @param handlers the handler of each operation that a transaction can hold */
    public TransactHandler(Function<Message, RecordHandler<?, ?>> handlers) {
        this.handlers = handlers;
    }

    @Override
    public TransactRequest requestPrototype() {
        return TransactRequest.getDefaultInstance();
    }

    @Override
    public Message responsePrototype() {
        return TransactResponse.getDefaultInstance();
    }

    @Override
    public void check(TransactRequest request, Check check) {
        MutationOptions options = request.getOptions();
        check.that(
                        options.getIfMatch().isEmpty() && options.getExpectedVersion() == 0,
                        "options.ifMatch",
                        "a transaction has no record of its own to match",
                        "set if_match or expected_version in its operations")
                .that(request.getOperationsCount() > 0, "operations", "there are no operations", "name at least one")
                .atMost(
                        DomainLimits.TRANSACTION_OPERATIONS_MAX,
                        request.getOperationsCount(),
                        "operations",
                        "elements");
        for (int i = 0; i < request.getOperationsCount() && check.isClean(); i++) {
            int index = i;
            Message operation = effective(options, request.getOperations(i));
            if (operation == null) {
                check.fail(at(i, Errors.invalid("", "it is empty or unknown", "name a mutation of one record")));
                return;
            }
            Check own = new Check().options(Requests.options(operation));
            checkOperation(handlers.apply(operation), operation, own);
            own.error().ifPresent(error -> check.fail(at(index, error)));
        }
    }

    @Override
    public boolean isNarrowable() {
        return true;
    }

    @Override
    public Reply decide(Work work, TransactRequest request) {
        TransactResponse.Builder response = TransactResponse.newBuilder();
        for (int i = 0; i < request.getOperationsCount(); i++) {
            Message operation = effective(request.getOptions(), request.getOperations(i));
            if (operation == null) {
                throw new IllegalStateException("an unchecked operation reached the transaction");
            }
            RecordHandler<?, ?> handler = handlers.apply(operation);
            switch (step(handler, work, operation)) {
                case Step.Refused(ErrorDetail error) -> {
                    return new Reply.Rejected(at(i, error));
                }
                case Step.Done(Message record, byte[] row, RecordMeta meta, boolean removed) ->
                    response.addRecords(removed ? RegistryRecord.getDefaultInstance() : wrap(handler, record));
            }
            if (work.changedBytes() > work.limits().transactionBytesMax()) {
                return new Reply.Rejected(at(i, tooLarge(work.limits().transactionBytesMax())));
            }
        }
        return new Reply.Accepted(response, "", work.nextRevision() - 1);
    }

    /** The operation under the transaction's options, of its own only what it expects of its record. */
    private static @Nullable Message effective(MutationOptions options, TransactionOperation step) {
        Message operation = operation(step);
        if (operation == null) {
            return null;
        }
        MutationOptions own = Requests.options(operation);
        return Requests.withOptions(
                operation,
                options.toBuilder()
                        .setIfMatch(own.getIfMatch())
                        .setExpectedVersion(own.getExpectedVersion())
                        .build());
    }

    private static @Nullable Message operation(TransactionOperation step) {
        var field = step.getOneofFieldDescriptor(
                TransactionOperation.getDescriptor().getOneofs().getFirst());
        return field == null ? null : (Message) step.getField(field);
    }

    @SuppressWarnings("unchecked")
    private static <Q extends Message> void checkOperation(
            RecordHandler<Q, ?> handler, Message operation, Check check) {
        handler.check((Q) operation, check);
    }

    @SuppressWarnings("unchecked")
    private static <Q extends Message> Step step(RecordHandler<Q, ?> handler, Work work, Message operation) {
        return handler.step(work, (Q) operation);
    }

    private static RegistryRecord wrap(RecordHandler<?, ?> handler, Message record) {
        var field =
                RegistryRecord.getDescriptor().findFieldByName(handler.kind().name());
        return RegistryRecord.newBuilder().setField(field, record).build();
    }

    private static ErrorDetail tooLarge(long bytesMax) {
        return Errors.of(
                ErrorCode.LIMIT_EXCEEDED,
                "the records before and after take more than " + bytesMax + " bytes",
                "split the transaction");
    }

    private static ErrorDetail at(int index, ErrorDetail error) {
        return error.toBuilder()
                .setField("operations[" + index + "]")
                .setMessage("operation " + index + ": " + error.getMessage())
                .build();
    }
}
