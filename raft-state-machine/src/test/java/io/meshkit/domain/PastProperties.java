package io.meshkit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.query.Past;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The past, made of the present and the journal, is what the past was. */
class PastProperties {
    private static final List<Table> SHOWN = List.of(Tables.RECORDS, Tables.INDEX, Tables.JOURNAL, Tables.HISTORY);

    @Provide
    Arbitrary<List<Message>> mutations() {
        return Mutations.lists(40);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void everyEarlierRevision_isShownAsItWas(@ForAll("mutations") List<Message> mutations) {
        TreeMap<Long, StoreSnapshot> seen = new TreeMap<>();
        try (Registry registry = new Registry()) {
            seen.put(0L, registry.store.snapshot());
            for (Message mutation : mutations) {
                registry.nowMs += 1_000;
                registry.mutate(mutation);
                seen.computeIfAbsent(StateMeta.revision(registry.store), unused -> registry.store.snapshot());
            }
            seen.forEach((revision, then) -> {
                StoreView past = ((Past.Seen.View) Past.at(registry.store, revision)).view();
                assertThat(StateMeta.revision(past)).isEqualTo(revision);
                for (Table table : SHOWN) {
                    assertThat(rows(past, table, false)).as(table.name()).isEqualTo(rows(then, table, false));
                    assertThat(rows(past, table, true)).as(table.name()).isEqualTo(rows(then, table, true));
                }
            });
            assertThat(Past.at(registry.store, seen.lastKey() + 1)).isInstanceOf(Past.Seen.Ahead.class);
            seen.values().forEach(StoreSnapshot::close);
        }
    }

    private static List<String> rows(StoreView view, Table table, boolean descending) {
        List<String> rows = new ArrayList<>();
        HexFormat hex = HexFormat.of();
        try (Cursor cursor =
                descending ? view.scanDescending(table, Keys.EMPTY, null) : view.scan(table, Keys.EMPTY, null)) {
            while (cursor.next()) {
                rows.add(hex.formatHex(cursor.key()) + "=" + hex.formatHex(cursor.value()));
            }
        }
        return rows;
    }
}
