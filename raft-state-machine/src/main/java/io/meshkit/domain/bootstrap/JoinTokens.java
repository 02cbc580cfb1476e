package io.meshkit.domain.bootstrap;

import static io.meshkit.domain.records.JoinTokenKind.JOIN_TOKEN;

import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.kernel.Work;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.KeyReader;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.JoinToken;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finding join tokens, and forgetting those that have had their time. */
final class JoinTokens {
    private JoinTokens() {}

    /** The ids of a batch's tokens, in order. @param prefix of index rows that end with the id */
    static List<String> ids(StoreView view, byte[] prefix) {
        List<String> ids = new ArrayList<>();
        try (Cursor cursor = view.scan(Tables.INDEX, prefix, Keys.prefixEnd(prefix))) {
            while (cursor.next()) {
                byte[] key = cursor.key();
                ids.add(new KeyReader(Arrays.copyOfRange(key, prefix.length, key.length)).text());
            }
        }
        return ids;
    }

    /** Stages the removal of some whose end is long past. */
    static void sweep(Work work) {
        for (String id : due(work.view(), work.timeMs() - DomainLimits.JOIN_TOKEN_KEPT_MS)) {
            JoinToken token = JOIN_TOKEN.get(work.view(), JOIN_TOKEN.ref(id));
            if (token != null) {
                work.remove(JOIN_TOKEN.ref(id), token);
            }
        }
    }

    private static List<String> due(StoreView view, long beforeMs) {
        List<String> ids = new ArrayList<>();
        byte[] from = new KeyWriter().tag(RowKeys.JOIN_TOKENS_BY_EXPIRY).toBytes();
        byte[] to = new KeyWriter()
                .tag(RowKeys.JOIN_TOKENS_BY_EXPIRY)
                .number(Math.max(0, beforeMs))
                .toBytes();
        try (Cursor cursor = view.scan(Tables.INDEX, from, to)) {
            while (ids.size() < DomainLimits.BOOTSTRAP_SWEEP && cursor.next()) {
                KeyReader key = new KeyReader(cursor.key());
                key.tag();
                key.number();
                ids.add(key.text());
            }
        }
        return ids;
    }
}
