package io.meshkit.domain.bootstrap;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.kernel.Work;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.KeyReader;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.StoreView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Forgets records that have had their time. */
final class Expired {
    private Expired() {}

    /**
     * Stages the removal of the first few records that ended before.
     *
     * @param tag of index rows: expiry, name
     */
    static <T extends Message> void sweep(
            Work work, int tag, long beforeMs, RecordKind<T> kind, Function<String, RecordRef<T>> ref) {
        for (String name : due(work.view(), tag, beforeMs)) {
            RecordRef<T> each = ref.apply(name);
            T record = kind.get(work.view(), each);
            if (record != null && !work.hasChanged(each)) {
                work.remove(each, record);
            }
        }
    }

    private static List<String> due(StoreView view, int tag, long beforeMs) {
        List<String> names = new ArrayList<>();
        byte[] from = new KeyWriter().tag(tag).toBytes();
        byte[] to = new KeyWriter().tag(tag).number(Math.max(0, beforeMs)).toBytes();
        try (Cursor cursor = view.scan(Tables.INDEX, from, to)) {
            while (names.size() < DomainLimits.BOOTSTRAP_SWEEP && cursor.next()) {
                KeyReader key = new KeyReader(cursor.key());
                key.tag();
                key.number();
                names.add(key.text());
            }
        }
        return names;
    }
}
