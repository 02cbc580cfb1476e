package io.meshkit.domain.records;

import com.google.protobuf.Parser;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.Approval;
import io.meshkit.v1.Command;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Approvals that were asked for, found by id, by requester and by expiry. The mutation itself is a row of its own beside
 * each, and goes with it.
 */
public final class ApprovalKind implements RecordKind<Approval> {
    public static final ApprovalKind APPROVAL = new ApprovalKind();

    private ApprovalKind() {}

    public RecordRef<Approval> ref(String id) {
        return new RecordRef<>(
                this, id, new KeyWriter().tag(RowKeys.APPROVAL).text(id).toBytes());
    }

    /** The index rows of a requester's approvals begin so; the approval's id follows. */
    public static byte[] byRequesterPrefix(String requester) {
        return new KeyWriter()
                .tag(RowKeys.APPROVALS_BY_REQUESTER)
                .text(requester)
                .toBytes();
    }

    /** Stages the mutation that is to be approved. */
    public static void putMutation(Work work, String id, Command mutation) {
        work.putMeta(mutationKey(id), mutation);
    }

    /** The mutation that is to be approved, or null. */
    public static @Nullable Command mutation(StoreView view, String id) {
        byte[] row = view.get(Tables.META, mutationKey(id));
        return row == null ? null : Bytes.parse(Command.parser(), row);
    }

    private static byte[] mutationKey(String id) {
        return ("approval/" + id).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public List<byte[]> indexKeys(Approval approval) {
        return List.of(
                new KeyWriter()
                        .tag(RowKeys.APPROVALS_BY_REQUESTER)
                        .text(approval.getRequester())
                        .text(approval.getId())
                        .toBytes(),
                new KeyWriter()
                        .tag(RowKeys.APPROVALS_BY_EXPIRY)
                        .number(Times.unixMs(approval.getExpiresAt()))
                        .text(approval.getId())
                        .toBytes());
    }

    @Override
    public void onChange(Work work, RecordRef<Approval> ref, @Nullable Approval before, @Nullable Approval after) {
        if (after == null) {
            work.putMeta(mutationKey(ref.name()), null);
        }
    }

    @Override
    public String name() {
        return "approval";
    }

    @Override
    public int tag() {
        return RowKeys.APPROVAL;
    }

    @Override
    public Parser<Approval> parser() {
        return Approval.parser();
    }

    @Override
    public RecordRef<Approval> refOf(Approval approval) {
        return ref(approval.getId());
    }

    @Override
    public RecordMeta meta(Approval approval) {
        return approval.getMeta();
    }

    @Override
    public Approval withMeta(Approval approval, RecordMeta meta) {
        return approval.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(Approval approval) {
        return RegistryRecord.newBuilder().setApproval(approval).build();
    }

    @Override
    public long countMax(DomainLimits limits) {
        return DomainLimits.APPROVALS_MAX;
    }
}
