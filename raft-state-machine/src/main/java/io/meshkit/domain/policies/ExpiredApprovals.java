package io.meshkit.domain.policies;

import static io.meshkit.domain.records.ApprovalKind.APPROVAL;

import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.kernel.Work;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.KeyReader;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.Approval;
import java.util.ArrayList;
import java.util.List;

/** Approvals that nobody can give or use any more, because their time is over. */
public final class ExpiredApprovals {
    private ExpiredApprovals() {}

    /** Whether any has expired before. @param timeMs Unix ms */
    public static boolean exist(StoreView view, long timeMs) {
        return !before(view, timeMs, 1).isEmpty();
    }

    /** Stages the removal of the first few, by the log's time. */
    public static void sweep(Work work) {
        for (String id : before(work.view(), work.timeMs(), DomainLimits.APPROVAL_SWEEP)) {
            Approval approval = APPROVAL.get(work.view(), APPROVAL.ref(id));
            if (approval != null) {
                work.asRegistry(() -> work.remove(APPROVAL.ref(id), approval));
            }
        }
    }

    /** Ids, in order of expiry. */
    private static List<String> before(StoreView view, long timeMs, int atMost) {
        List<String> expired = new ArrayList<>();
        byte[] from = new KeyWriter().tag(RowKeys.APPROVALS_BY_EXPIRY).toBytes();
        byte[] to =
                new KeyWriter().tag(RowKeys.APPROVALS_BY_EXPIRY).number(timeMs).toBytes();
        try (Cursor cursor = view.scan(Tables.INDEX, from, to)) {
            while (expired.size() < atMost && cursor.next()) {
                KeyReader key = new KeyReader(cursor.key());
                key.tag();
                key.number();
                expired.add(key.text());
            }
        }
        return expired;
    }
}
