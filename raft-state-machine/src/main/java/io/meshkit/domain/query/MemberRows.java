package io.meshkit.domain.query;

import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.records.MemberKind;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.QuorumMemberRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the state remembers of the quorum's members. */
public final class MemberRows {
    private MemberRows() {}

    public static Optional<QuorumMemberRecord> find(StoreView view, String node) {
        return Optional.ofNullable(MemberKind.MEMBER.get(view, MemberKind.MEMBER.ref(node)));
    }

    /** In order of node. */
    public static List<QuorumMemberRecord> all(StoreView view) {
        List<QuorumMemberRecord> members = new ArrayList<>();
        byte[] from = new KeyWriter().tag(RowKeys.MEMBER).toBytes();
        byte[] to = new KeyWriter().tag(RowKeys.MEMBER + 1).toBytes();
        try (Cursor cursor = view.scan(Tables.RECORDS, from, to)) {
            while (cursor.next()) {
                members.add(Bytes.parse(QuorumMemberRecord.parser(), cursor.value()));
            }
        }
        return members;
    }
}
