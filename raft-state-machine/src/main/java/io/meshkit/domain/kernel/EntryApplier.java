package io.meshkit.domain.kernel;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.meshkit.api.ErrorCode;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.WriteBatch;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.DedupeRow;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.MutationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Applies the commands of one log entry, one after the other, each seeing the ones before.
 *
 * <p>The one place that hands out revisions. A command that is rejected leaves only its dedupe row; one that
 * changes no record makes no revision. Thread: one.
 */
public final class EntryApplier {
    private final DomainLimits limits;
    private final Guard guard;
    private final Gate gate;
    private final PolicySource policies;
    private final DocumentRules rules;
    private final Overlay overlay;
    private Ledger ledger;
    private final long term;
    private final long index;
    private final List<AuditEntry> entries = new ArrayList<>();
    private final List<Integer> entryBytes = new ArrayList<>();
    private int commands;

    /** What may keep a command from being decided at all, whatever its verb. */
    @FunctionalInterface
    public interface Guard {
        /** Why the state refuses a command with these options, or null. */
        @Nullable
        ErrorDetail refuses(StoreView view, MutationOptions options);
    }

    /** Finds out what the caller of a command may do. */
    @FunctionalInterface
    public interface Gate {
        /**
         * @param accessRevision of the last change that governs access; 0: there was none
         */
        Authority of(StoreView view, long accessRevision, Caller caller);
    }

    /** Finds out what is asked of a command beyond its caller's rights. */
    @FunctionalInterface
    public interface PolicySource {
        /**
         * @param policyRevision of the last change of a policy; 0: there was none
         */
        Policies of(StoreView view, long policyRevision, Caller caller);
    }

    /**
     * @param leaderTimeMs the leader's clock before the append; log time is this, or the last log time if the
     *     clock went back (ADR-0004)
     */
    public EntryApplier(
            StoreView view,
            DomainLimits limits,
            Guard guard,
            Gate gate,
            PolicySource policies,
            DocumentRules rules,
            long leaderTimeMs,
            long term,
            long index) {
        this.limits = limits;
        this.guard = guard;
        this.gate = gate;
        this.policies = policies;
        this.rules = rules;
        this.overlay = new Overlay(view);
        this.ledger = Ledger.read(view);
        this.ledger.timeMs = Math.max(leaderTimeMs, ledger.timeMs);
        this.term = term;
        this.index = index;
    }

    /**
     * One command, decoded.
     *
     * @param givenHash of its payload; empty: the command came without
     */
    public record Request<Q extends Message>(
            CommandHandler<Q> handler,
            Q operation,
            int tag,
            ByteString givenHash,
            Caller caller,
            Optional<ErrorDetail> invalid) {
        ByteString payloadHash() {
            return givenHash.isEmpty() ? Dedupe.payloadHash(handler, tag, operation) : givenHash;
        }
    }

    /** Applies the command, or repeats what became of it before. */
    public <Q extends Message> CommandOutcome apply(Request<Q> request) {
        commands++;
        MutationOptions options = Requests.options(request.operation());
        if (options.getDryRun()) {
            return preview(request);
        }
        if (!Check.isRequestId(options.getRequestId())) {
            return rejected(request.invalid()
                    .orElseGet(() -> Errors.invalid(
                            "options.requestId", "the request id is missing", "the receiving node makes one")));
        }
        byte[] key = RowKeys.dedupe(request.caller().principal(), options.getRequestId());
        ByteString payloadHash = request.payloadHash();
        DedupeRow earlier = Dedupe.find(overlay, key, ledger.timeMs);
        if (earlier != null) {
            return earlier.getPayloadHash().equals(payloadHash)
                    ? replayed(request.handler(), Dedupe.outcome(overlay, earlier))
                    : rejected(Dedupe.reused(options.getRequestId()));
        }
        Decided decided = request.invalid()
                .map(error -> Decided.keptWhole(rejected(error)))
                .orElseGet(() -> decide(request, options));
        if (isDenial(decided.outcome())) {
            // Not what the command is, but who asks: after a grant the same request may be tried again.
            return decided.outcome();
        }
        Dedupe.put(overlay, key, payloadHash, decided.kept(), ledger.timeMs + limits.dedupeRetentionMs());
        return decided.outcome();
    }

    /** What the command is answered, and what of that is kept. */
    private record Decided(CommandOutcome outcome, KeptOutcome kept) {
        static Decided keptWhole(CommandOutcome outcome) {
            return new Decided(outcome, KeptOutcome.whole(outcome));
        }
    }

    /** Decides the command as if it were next, and forgets it. */
    public <Q extends Message> CommandOutcome preview(Request<Q> request) {
        if (request.invalid().isPresent()) {
            return rejected(request.invalid().get());
        }
        MutationOptions options = Requests.options(request.operation());
        Work work = work(request, options);
        return switch (reply(work, request, options)) {
            case Reply.Rejected(ErrorDetail error) -> rejected(error);
            case Reply.Accepted accepted -> {
                MutationResult.Builder result = result(options, accepted)
                        .setDryRun(true)
                        .setChanged(work.hasChanges())
                        // Not the revision that it would get: nobody could ever read at that one.
                        .setRevision(ledger.revision)
                        .addAllRequirements(work.requirements());
                yield outcome(encoded(accepted, result).whole());
            }
        };
    }

    /** Everything that the entry writes. */
    public WriteBatch finish() {
        Dedupe.sweep(overlay, ledger, commands, limits);
        ledger.write(overlay);
        WriteBatch batch = overlay.toBatch();
        StateRows.putPosition(batch, term, index);
        return batch;
    }

    /** One per revision made, in order. */
    public List<AuditEntry> entries() {
        return entries;
    }

    /** Of each of them the size of its row. */
    public List<Integer> entryBytes() {
        return entryBytes;
    }

    private <Q extends Message> Decided decide(Request<Q> request, MutationOptions options) {
        Work work = work(request, options);
        Reply reply = reply(work, request, options);
        if (options.getRequestApproval() && reply instanceof Reply.Accepted accepted) {
            return askForApproval(work, request, accepted);
        }
        return switch (asked(work, reply)) {
            case Reply.Rejected(ErrorDetail error) -> Decided.keptWhole(rejected(error));
            case Reply.Accepted accepted -> {
                boolean changed = work.hasChanges() || !work.denials().isEmpty();
                overlay.merge(work.overlay());
                ledger = work.ledger();
                if (changed) {
                    commit(work, Requests.verb(request.operation()), options);
                }
                MutationResult.Builder result = result(options, accepted)
                        .setChanged(changed)
                        .setRevision(changed ? ledger.revision : accepted.lastRevision());
                Reply.EncodedResponse response = encoded(accepted, result);
                CommandOutcome outcome = outcome(response.whole());
                yield isJournaled(response.first(), work)
                        ? new Decided(outcome, new KeptOutcome(outcome(response.others()), ledger.revision))
                        : Decided.keptWhole(outcome);
            }
        };
    }

    /** Whether the response's first field is what the journal's newest entry shows as its only change. */
    private static boolean isJournaled(Reply.@Nullable EncodedField first, Work work) {
        List<EncodedChange> changes = work.encodedChanges();
        return first != null
                && first.field().getNumber() == KeptOutcome.RECORD_FIELD
                && changes.size() == 1
                && changes.getFirst().endsWith(first.content());
    }

    /** Authorized first, then fenced, then decided; what it staged is held against the caller's rights at last. */
    private <Q extends Message> Reply reply(Work work, Request<Q> request, MutationOptions options) {
        Q operation = request.operation();
        Authority authority = work.authority();
        ErrorDetail refused = request.handler().isNarrowable()
                ? authority.refusal(operation, ledger.timeMs)
                : authority.refusalAnywhere(operation, ledger.timeMs);
        if (refused == null) {
            refused = guard.refuses(work.view(), options);
        }
        if (refused != null) {
            return new Reply.Rejected(refused);
        }
        Reply reply = request.handler().decide(work, operation);
        ErrorDetail forbidden = work.forbidden();
        return forbidden == null || reply instanceof Reply.Rejected ? reply : new Reply.Rejected(forbidden);
    }

    /** Last of all, so that nobody is asked for what would not help. What changes nothing is asked for nothing. */
    private static Reply asked(Work work, Reply reply) {
        if (reply instanceof Reply.Rejected) {
            return reply;
        }
        ErrorDetail unmet = Requirements.refusal(work.requirements());
        if (unmet != null) {
            return new Reply.Rejected(unmet);
        }
        work.policies().use(work.askedBy(), work);
        return reply;
    }

    /** What was decided is dropped, and an approval of it is made for others to give. */
    private Decided askForApproval(Work decided, Request<?> request, Reply.Accepted accepted) {
        ErrorDetail refused = Requirements.refusalToAsk(decided.requirements());
        if (refused != null) {
            return Decided.keptWhole(rejected(refused));
        }
        MutationOptions options = decided.options();
        Work work = work(request, options);
        refused = decided.policies().ask(decided.askedBy(), work);
        if (refused != null) {
            return Decided.keptWhole(rejected(refused));
        }
        String id = work.changes().getLast().getName();
        overlay.merge(work.overlay());
        ledger = work.ledger();
        commit(work, "RequestApproval", options);
        MutationResult.Builder result = result(options, accepted)
                .setEtag("")
                .setRevision(ledger.revision)
                .setApprovalId(id);
        return Decided.keptWhole(outcome(encoded(accepted, result).whole()));
    }

    private Work work(Request<?> request, MutationOptions options) {
        Caller caller = request.caller();
        return new Work(
                overlay,
                ledger,
                limits,
                rules,
                caller,
                gate.of(overlay, ledger.accessRevision, caller),
                policies.of(overlay, ledger.policyRevision, caller),
                request.operation(),
                () -> Mutation.of(request),
                options,
                term);
    }

    private static boolean isDenial(CommandOutcome outcome) {
        return outcome.hasRejection()
                && (outcome.getRejection().getCode().equals(ErrorCode.FORBIDDEN.name())
                        || outcome.getRejection().getCode().equals(ErrorCode.UNAUTHENTICATED.name()));
    }

    private void commit(Work work, String verb, MutationOptions options) {
        ledger.revision = work.nextRevision();
        AuditEntry head = AuditEntry.newBuilder()
                .setRevision(ledger.revision)
                .setTime(work.time())
                .setActor(work.principal())
                .setVerb(verb)
                .setReason(options.getReason())
                .setChangeTicket(options.getChangeTicket())
                .setRequestId(options.getRequestId())
                .build();
        AuditEntry tail = AuditEntry.newBuilder()
                .setTerm(term)
                .setLogIndex(index)
                .setCredential(work.caller().proof())
                .addAllDenied(work.denials())
                .build();
        long journalBytes = ledger.journalBytes;
        entries.add(Journal.append(overlay, ledger, head, work.encodedChanges(), tail));
        entryBytes.add(Math.toIntExact(ledger.journalBytes - journalBytes));
    }

    private static MutationResult.Builder result(MutationOptions options, Reply.Accepted accepted) {
        return MutationResult.newBuilder().setRequestId(options.getRequestId()).setEtag(accepted.etag());
    }

    private static Reply.EncodedResponse encoded(Reply.Accepted accepted, MutationResult.Builder result) {
        Message.Builder response = accepted.response();
        response.setField(response.getDescriptorForType().findFieldByName("result"), result.build());
        return accepted.encode();
    }

    private CommandOutcome outcome(byte[] response) {
        return CommandOutcome.newBuilder()
                .setResponse(UnsafeByteOperations.unsafeWrap(response))
                .setRevision(ledger.revision)
                .build();
    }

    private CommandOutcome rejected(ErrorDetail error) {
        return CommandOutcome.newBuilder()
                .setRejection(error)
                .setRevision(ledger.revision)
                .build();
    }

    /** The stored outcome; a response says of itself that it is a repetition. */
    private static CommandOutcome replayed(CommandHandler<?> handler, CommandOutcome outcome) {
        if (outcome.hasRejection()) {
            return outcome;
        }
        Message response = Bytes.parse(
                handler.responsePrototype().getParserForType(),
                outcome.getResponse().toByteArray());
        var field = response.getDescriptorForType().findFieldByName("result");
        MutationResult result = ((MutationResult) response.getField(field))
                .toBuilder().setReplayed(true).build();
        Message repeated = response.toBuilder().setField(field, result).build();
        return outcome.toBuilder()
                .setResponse(UnsafeByteOperations.unsafeWrap(Bytes.of(repeated)))
                .build();
    }
}
