package io.meshkit.domain.kernel;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import io.meshkit.v1.DeniedAttempt;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.LeaseRow;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PolicyRequirement;
import io.meshkit.v1.QuorumKeyRow;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.RecordMeta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One command being decided: the state as it sees it, its context, and the changes that it stages.
 *
 * <p>The one place that writes a record, its header, its indexes and its count. Everything a command stages
 * stands under one revision, {@link #nextRevision}. Thread: one.
 */
public final class Work {
    private final Overlay overlay;
    private final Ledger ledger;
    private final DomainLimits limits;
    private final DocumentRules rules;
    private final Caller caller;
    private final Authority authority;
    private final Policies policies;
    private final MutationOptions options;
    private final long nextRevision;
    private final long term;
    private final List<EncodedChange> changes = new ArrayList<>();
    private long changedBytes;
    private final TreeSet<byte[]> changedKeys = new TreeSet<>(Arrays::compareUnsigned);
    private final List<DeniedAttempt> denials = new ArrayList<>();
    /** Ids of the policies that hold for what was staged. */
    private final TreeSet<String> askedBy = new TreeSet<>();

    private final Supplier<Mutation> mutation;
    private final Message command;
    private Message operation;
    private boolean asRegistry;
    private @Nullable ErrorDetail forbidden;

    Work(
            StoreView view,
            Ledger ledger,
            DomainLimits limits,
            DocumentRules rules,
            Caller caller,
            Authority authority,
            Policies policies,
            Message operation,
            Supplier<Mutation> mutation,
            MutationOptions options,
            long term) {
        this.overlay = new Overlay(view);
        this.ledger = ledger.copy();
        this.limits = limits;
        this.rules = rules;
        this.caller = caller;
        this.authority = authority;
        this.policies = policies;
        this.command = operation;
        this.mutation = mutation;
        this.operation = operation;
        this.options = options;
        this.nextRevision = ledger.revision + 1;
        this.term = term;
    }

    /** The state with everything that this command has staged. */
    public StoreView view() {
        return overlay;
    }

    public DomainLimits limits() {
        return limits;
    }

    /** What config documents must be. */
    public DocumentRules rules() {
        return rules;
    }

    /** The command's own options; of a transaction: the transaction's. */
    public MutationOptions options() {
        return options;
    }

    public String principal() {
        return caller.principal();
    }

    /** Who asks, and what they proved it by. */
    public Caller caller() {
        return caller;
    }

    /**
     * Begins an operation on one record: whether the caller may use it there at all. What it changes is checked
     * as it is staged ({@link #forbidden}).
     *
     * @param record null: there is none of that name
     */
    <T extends Message> @Nullable ErrorDetail begin(Message begun, RecordRef<T> ref, @Nullable T record) {
        operation = begun;
        return authority.refusal(begun, ref, record, ledger.timeMs);
    }

    /** Begins an operation that makes a record: what it makes is checked as it is staged. */
    @Nullable
    ErrorDetail begin(Message begun) {
        operation = begun;
        return authority.refusal(begun, ledger.timeMs);
    }

    /** Why the caller may not make a change that was staged, or null. */
    public @Nullable ErrorDetail forbidden() {
        return forbidden;
    }

    /** A work of the same caller that decides another command upon what this one has staged, to be dropped. */
    public Work trying(Message other) {
        return new Work(
                overlay,
                ledger,
                limits,
                rules,
                caller,
                authority,
                Policies.NONE,
                other,
                this::mutation,
                Requests.options(other),
                term);
    }

    /**
     * Stages changes of records about which no binding and no policy speaks: approvals, which whoever stages them has
     * held against what is to be approved.
     */
    public void asRegistry(Runnable changes) {
        asRegistry = true;
        changes.run();
        asRegistry = false;
    }

    /** The command without what differs between two attempts at it. */
    public Mutation mutation() {
        return mutation.get();
    }

    /** The command's operation. */
    public Message command() {
        return command;
    }

    /** The policies by which {@link #requirements} are found. */
    Policies policies() {
        return policies;
    }

    SortedSet<String> askedBy() {
        return askedBy;
    }

    /** What policies ask of the changes so far, in order of policy. */
    List<PolicyRequirement> requirements() {
        return askedBy.isEmpty() ? List.of() : policies.requirements(askedBy, this);
    }

    /** The revision of the last change that governs access, as this command has left it; 0: none was made yet. */
    public long accessRevision() {
        return ledger.accessRevision;
    }

    /** The revision of the last change of a quota, as this command has left it; 0: none was made yet. */
    public long quotaRevision() {
        return ledger.quotaRevision;
    }

    /** Notes that this command changes a quota. */
    public void quotaChanges() {
        ledger.quotaRevision = nextRevision;
    }

    /** Stages attempts that were refused, for the audit history. */
    public void denied(List<DeniedAttempt> attempts) {
        denials.addAll(attempts);
    }

    public Authority authority() {
        return authority;
    }

    List<DeniedAttempt> denials() {
        return denials;
    }

    /** Stages a row of the meta table; null takes it away. Makes no revision. */
    public void putMeta(byte[] key, @Nullable Message row) {
        if (row == null) {
            overlay.delete(Tables.META, key);
        } else {
            overlay.put(Tables.META, key, Bytes.of(row));
        }
    }

    /** The revision that the command makes if it changes anything. */
    public long nextRevision() {
        return nextRevision;
    }

    /** Log time, Unix ms. */
    public long timeMs() {
        return ledger.timeMs;
    }

    public Timestamp time() {
        return Times.timestamp(ledger.timeMs);
    }

    /** The mesh's failover epoch, as this command has left it. */
    public long failoverEpoch() {
        return ledger.failoverEpoch;
    }

    public void failoverEpoch(long epoch) {
        if (epoch <= ledger.failoverEpoch) {
            throw new IllegalStateException("failover epoch " + epoch + " after " + ledger.failoverEpoch);
        }
        ledger.failoverEpoch = epoch;
    }

    /** The Raft term of the command's log entry; 0 in a dry run. */
    public long term() {
        return term;
    }

    /** A number that was never handed out before, ≥ 1: a lease id or a fencing token. */
    public long nextGrant() {
        return ++ledger.lastGrant;
    }

    /** Leases, as this command has left them. */
    public long leases() {
        return ledger.count(LeaseRows.COUNTED_AS);
    }

    /** Stages the lease as it shall be. */
    public void putLease(LeaseRow lease) {
        byte[] key = LeaseRows.key(lease.getId());
        if (overlay.get(Tables.LEASES, key) == null) {
            ledger.add(LeaseRows.COUNTED_AS, 1);
        }
        overlay.put(Tables.LEASES, key, Bytes.of(lease));
    }

    /** Stages the end of the lease. */
    public void endLease(long id) {
        byte[] key = LeaseRows.key(id);
        if (overlay.get(Tables.LEASES, key) != null) {
            ledger.add(LeaseRows.COUNTED_AS, -1);
            overlay.delete(Tables.LEASES, key);
        }
    }

    /** Stages the record as it shall be; it differs from what it is. */
    public <T extends Message> void change(RecordRef<T> ref, T before, T after) {
        put(ref, before, Bytes.of(before), stamped(ref, before, after));
    }

    /** Stages the removal of a record. */
    public <T extends Message> void remove(RecordRef<T> ref, T before) {
        remove(ref, before, Bytes.of(before));
    }

    /** Stages a record that there is not yet. */
    public <T extends Message> void create(RecordRef<T> ref, T record) {
        put(ref, null, null, stamped(ref, null, record));
    }

    /** Records of the kind, as this command has left them. */
    public long count(RecordKind<?> kind) {
        return ledger.count(kind.name());
    }

    /** Whether this command has changed the record already. */
    public boolean hasChanged(RecordRef<?> ref) {
        return changedKeys.contains(ref.key());
    }

    /** What this command has changed so far, in order. */
    public List<RecordChange> changes() {
        return EncodedChange.messages(changes);
    }

    /** What the changes so far take in the journal. */
    public long changedBytes() {
        return changedBytes;
    }

    boolean hasChanges() {
        return !changes.isEmpty();
    }

    List<EncodedChange> encodedChanges() {
        return changes;
    }

    /** A row of the kind's own beside the record. */
    public void putRow(Table table, byte[] key, Message row) {
        overlay.put(table, key, Bytes.of(row));
    }

    /** Stages the key that seals tokens, in place of any other. Makes no revision. */
    public void installQuorumKey(ByteString key, String clusterId) {
        overlay.put(
                Tables.META,
                Tokens.keyRow(),
                Bytes.of(QuorumKeyRow.newBuilder()
                        .setKey(key)
                        .setClusterId(clusterId)
                        .build()));
    }

    /** Stages the removal of journal rows before the revision, as many as one command may. Makes no revision. */
    public void compactJournal(long keepFromRevision) {
        JournalCompaction.run(overlay, ledger, keepFromRevision);
    }

    /** The record as it would be stored: with its new header and what derives from it. */
    <T extends Message> T stamped(RecordRef<T> ref, @Nullable T before, T candidate) {
        RecordKind<T> kind = ref.kind();
        RecordMeta asked = kind.meta(candidate);
        RecordMeta.Builder meta = before == null
                ? RecordMeta.newBuilder().setCreateRevision(nextRevision)
                : kind.meta(before).toBuilder().clearLabels().clearAnnotations();
        meta.setVersion(meta.getVersion() + 1)
                .setModRevision(nextRevision)
                .setUpdatedAt(time())
                .setUpdatedBy(caller.principal())
                .setChangeTicket(options.getChangeTicket())
                .putAllLabels(asked.getLabelsMap())
                .putAllAnnotations(asked.getAnnotationsMap());
        return kind.derive(kind.withMeta(candidate, meta.build()));
    }

    /**
     * Stages the record, stamped.
     *
     * @param beforeRow the row of {@code before}
     * @return the record's row
     */
    <T extends Message> byte[] put(RecordRef<T> ref, @Nullable T before, byte @Nullable [] beforeRow, T after) {
        byte[] row = Bytes.of(after);
        overlay.put(Tables.RECORDS, ref.key(), row);
        changed(ref, before, beforeRow, after, row);
        return row;
    }

    /** Stages the removal of the record. */
    <T extends Message> void remove(RecordRef<T> ref, T before, byte[] beforeRow) {
        overlay.delete(Tables.RECORDS, ref.key());
        changed(ref, before, beforeRow, null, null);
    }

    private <T extends Message> void changed(
            RecordRef<T> ref,
            @Nullable T before,
            byte @Nullable [] beforeRow,
            @Nullable T after,
            byte @Nullable [] afterRow) {
        RecordKind<T> kind = ref.kind();
        if (!changedKeys.add(ref.key())) {
            throw new IllegalStateException(kind.name() + " " + ref.name() + " changes twice in one command");
        }
        authorize(ref, before);
        authorize(ref, after);
        ask(ref, before);
        ask(ref, after);
        if (kind.governsAccess()) {
            ledger.accessRevision = nextRevision;
        }
        if (kind.governsActions()) {
            ledger.policyRevision = nextRevision;
        }
        TreeSet<byte[]> stale = new TreeSet<>(Arrays::compareUnsigned);
        if (before != null) {
            stale.addAll(kind.indexKeys(before));
        }
        if (after != null) {
            for (byte[] key : kind.indexKeys(after)) {
                if (!stale.remove(key)) {
                    overlay.put(Tables.INDEX, key, Bytes.NONE);
                }
            }
        }
        stale.forEach(key -> overlay.delete(Tables.INDEX, key));
        if ((before == null) != (after == null)) {
            ledger.add(kind.name(), before == null ? 1 : -1);
        }
        kind.onChange(this, ref, before, after);
        EncodedChange change = EncodedChange.of(ref, before, beforeRow, after, afterRow);
        changes.add(change);
        changedBytes += change.size();
    }

    private <T extends Message> void authorize(RecordRef<T> ref, @Nullable T record) {
        if (record != null && forbidden == null && !asRegistry) {
            forbidden = authority.refusal(operation, ref, record, ledger.timeMs);
        }
    }

    /** Here every change passes, whatever verb, transaction or batch it belongs to. */
    private <T extends Message> void ask(RecordRef<T> ref, @Nullable T record) {
        if (record != null && policies != Policies.NONE && !asRegistry) {
            RecordKind<T> kind = ref.kind();
            policies.find(
                    Requests.verb(operation),
                    Requests.verb(command),
                    kind.namespace(ref.name()),
                    kind.cluster(record),
                    askedBy);
        }
    }

    Overlay overlay() {
        return overlay;
    }

    Ledger ledger() {
        return ledger;
    }
}
