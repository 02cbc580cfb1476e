package io.meshkit.domain.kernel;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.RecordMeta;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A verb on one record: loads it, checks what the caller expects of it, asks the noun's rule and stages the
 * outcome. The order of rejections: FORBIDDEN, NOT_FOUND, REVISION_MISMATCH, then the rule's own.
 *
 * @param <Q> the verb's request message
 * @param <T> the record's message
 */
public final class RecordHandler<Q extends Message, T extends Message> implements CommandHandler<Q> {
    /** Decides about a record that exists. */
    public interface Rule<Q extends Message, T extends Message> {
        Decision<T> decide(Work work, Q request, T current);
    }

    /** Decides about a record that may not exist yet. */
    public interface CreatingRule<Q extends Message, T extends Message> {
        Decision<T> decide(Work work, Q request, @Nullable T current);
    }

    /** What became of one record. */
    public sealed interface Step {
        /**
         * @param record as it is now; of a removed one: as it last was
         * @param row    its bytes
         * @param meta   its header
         */
        record Done(Message record, byte[] row, RecordMeta meta, boolean removed) implements Step {}

        record Refused(ErrorDetail error) implements Step {}
    }

    private final Q request;
    private final Message response;
    private final FieldDescriptor recordField;
    private final RecordKind<T> kind;
    private final Function<Q, RecordRef<T>> target;
    private final BiConsumer<Q, Check> checks;
    private final CreatingRule<Q, T> rule;
    private final boolean creates;
    private final boolean recordIsFirst;

    private RecordHandler(
            RecordKind<T> kind,
            Q request,
            Message response,
            Function<Q, RecordRef<T>> target,
            BiConsumer<Q, Check> checks,
            CreatingRule<Q, T> rule,
            boolean creates) {
        this.kind = kind;
        this.request = request;
        this.response = response;
        this.recordField = response.getDescriptorForType().findFieldByName(kind.name());
        this.target = target;
        this.checks = checks;
        this.rule = rule;
        this.creates = creates;
        this.recordIsFirst = recordField.getNumber() == KeptOutcome.RECORD_FIELD;
    }

    /** A verb on a record that must exist. */
    public static <Q extends Message, T extends Message> RecordHandler<Q, T> changing(
            RecordKind<T> kind,
            Q request,
            Message response,
            Function<Q, RecordRef<T>> target,
            BiConsumer<Q, Check> checks,
            Rule<Q, T> rule) {
        CreatingRule<Q, T> onExisting = (work, asked, current) -> {
            if (current == null) {
                throw new IllegalStateException("a missing record reached the rule");
            }
            return rule.decide(work, asked, current);
        };
        return new RecordHandler<>(kind, request, response, target, checks, onExisting, false);
    }

    /** A verb that may create its record. */
    public static <Q extends Message, T extends Message> RecordHandler<Q, T> creating(
            RecordKind<T> kind,
            Q request,
            Message response,
            Function<Q, RecordRef<T>> target,
            BiConsumer<Q, Check> checks,
            CreatingRule<Q, T> rule) {
        return new RecordHandler<>(kind, request, response, target, checks, rule, true);
    }

    @Override
    public Q requestPrototype() {
        return request;
    }

    @Override
    public Message responsePrototype() {
        return response;
    }

    public RecordKind<T> kind() {
        return kind;
    }

    @Override
    public void check(Q request, Check check) {
        checks.accept(request, check);
    }

    @Override
    public boolean isNarrowable() {
        return true;
    }

    @Override
    public Reply decide(Work work, Q request) {
        return switch (step(work, request)) {
            case Step.Refused(ErrorDetail error) -> new Reply.Rejected(error);
            case Step.Done(Message record, byte[] row, RecordMeta meta, boolean removed) ->
                new Reply.Accepted(
                        response.newBuilderForType().setField(recordField, record),
                        removed ? "" : Etags.of(meta),
                        meta.getModRevision(),
                        recordIsFirst ? new Reply.EncodedField(recordField, row) : null);
        };
    }

    /** Decides and stages: what a transaction does with each of its operations. */
    public Step step(Work work, Q request) {
        RecordRef<T> ref = target.apply(request);
        MutationOptions options = Requests.options(request);
        byte[] row = work.view().get(Tables.RECORDS, ref.key());
        T current = row == null ? null : Bytes.parse(kind.parser(), row);
        ErrorDetail forbidden = current == null && creates ? work.begin(request) : work.begin(request, ref, current);
        if (forbidden != null) {
            return new Step.Refused(forbidden);
        }
        if (current == null && (!creates || Etags.demandsRecord(options))) {
            return new Step.Refused(Errors.notFound(kind.name(), ref.name()));
        }
        ErrorDetail mismatch = current == null ? null : Etags.mismatch(ref, kind.meta(current), options);
        if (mismatch != null) {
            return new Step.Refused(mismatch);
        }
        return switch (rule.decide(work, request, current)) {
            case Decision.Refuse<T>(ErrorDetail error) -> new Step.Refused(error);
            case Decision.Put<T>(T record, long failoverEpoch) -> put(work, ref, current, row, record, failoverEpoch);
            case Decision.Remove<T>() -> remove(work, ref, current, row);
        };
    }

    private Step put(
            Work work,
            RecordRef<T> ref,
            @Nullable T current,
            byte @Nullable [] currentRow,
            T candidate,
            long failoverEpoch) {
        if (current != null && currentRow != null && kind.sameContent(current, candidate)) {
            return done(current, currentRow, false);
        }
        if (work.hasChanged(ref)) {
            return new Step.Refused(changesTwice(ref));
        }
        long countMax = kind.countMax(work.limits());
        if (current == null && work.count(kind) >= countMax) {
            return new Step.Refused(Errors.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "there are " + countMax + " " + Errors.plural(kind.name()) + " already",
                    "remove some that are no longer needed"));
        }
        ErrorDetail overQuota = current == null ? kind.overQuota(work, ref) : null;
        if (overQuota != null) {
            return new Step.Refused(overQuota);
        }
        T after = work.stamped(ref, current, candidate);
        byte[] row = work.put(ref, current, currentRow, after);
        if (failoverEpoch > 0) {
            work.failoverEpoch(failoverEpoch);
        }
        return done(after, row, false);
    }

    private Step remove(Work work, RecordRef<T> ref, @Nullable T current, byte @Nullable [] currentRow) {
        if (current == null || currentRow == null) {
            throw new IllegalStateException("removal of a missing " + kind.name());
        }
        if (work.hasChanged(ref)) {
            return new Step.Refused(changesTwice(ref));
        }
        work.remove(ref, current, currentRow);
        return done(current, currentRow, true);
    }

    private Step done(T record, byte[] row, boolean removed) {
        return new Step.Done(record, row, kind.meta(record), removed);
    }

    private ErrorDetail changesTwice(RecordRef<T> ref) {
        return Errors.of(
                ErrorCode.INVALID_REQUEST,
                kind.name() + " " + ref.name() + " changes more than once in the transaction",
                "make it one operation");
    }
}
