package io.meshkit.domain.records;

import com.google.protobuf.Parser;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.storage.KeyWriter;
import io.meshkit.v1.QuorumMemberRecord;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;

/** Members of the quorum that came or went, found by node. Who is a member now, the Raft configuration says. */
public final class MemberKind implements RecordKind<QuorumMemberRecord> {
    public static final MemberKind MEMBER = new MemberKind();

    private MemberKind() {}

    public RecordRef<QuorumMemberRecord> ref(String node) {
        return new RecordRef<>(
                this, node, new KeyWriter().tag(RowKeys.MEMBER).text(node).toBytes());
    }

    @Override
    public String name() {
        return "member";
    }

    @Override
    public int tag() {
        return RowKeys.MEMBER;
    }

    @Override
    public Parser<QuorumMemberRecord> parser() {
        return QuorumMemberRecord.parser();
    }

    @Override
    public RecordRef<QuorumMemberRecord> refOf(QuorumMemberRecord member) {
        return ref(member.getNode());
    }

    @Override
    public RecordMeta meta(QuorumMemberRecord member) {
        return member.getMeta();
    }

    @Override
    public QuorumMemberRecord withMeta(QuorumMemberRecord member, RecordMeta meta) {
        return member.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(QuorumMemberRecord member) {
        return RegistryRecord.newBuilder().setMember(member).build();
    }

    @Override
    public long countMax(DomainLimits limits) {
        return DomainLimits.MEMBERS_EVER_MAX;
    }
}
