package io.meshkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a store should hold: maps, copied whole at every batch. Keys and values in hex, whose order is the same. */
final class StoreModel {
    /** The content of all tables. */
    record State(Map<Table, TreeMap<String, String>> tables) {
        static State empty(List<Table> tables) {
            return new State(tables.stream().collect(Collectors.toMap(table -> table, table -> new TreeMap<>())));
        }

        State copy() {
            return new State(tables.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, entry -> new TreeMap<>(entry.getValue()))));
        }

        List<String> keys(Table table, byte[] from, byte[] to) {
            List<String> keys = new ArrayList<>();
            for (String key : tables.get(table).keySet()) {
                if (key.compareTo(hex(from)) >= 0 && (to == null || key.compareTo(hex(to)) < 0)) {
                    keys.add(key);
                }
            }
            return keys;
        }
    }

    /** The states a crash may leave: after each whole batch since the last flush. */
    private final List<State> sinceFlush = new ArrayList<>();

    StoreModel(List<Table> tables) {
        sinceFlush.add(State.empty(tables));
    }

    State newest() {
        return sinceFlush.getLast();
    }

    void flush() {
        State newest = newest();
        sinceFlush.clear();
        sinceFlush.add(newest);
    }

    void crashedTo(State left) {
        assertThat(left).isIn(sinceFlush);
        sinceFlush.clear();
        sinceFlush.add(left);
    }

    void write(WriteBatch batch) {
        State next = newest().copy();
        for (WriteBatch.Write write : batch.writes()) {
            TreeMap<String, String> rows = next.tables.get(write.table());
            switch (write) {
                case WriteBatch.Put put -> rows.put(hex(put.key()), hex(put.value()));
                case WriteBatch.Delete delete -> rows.remove(hex(delete.key()));
                case WriteBatch.DeleteRange range ->
                    rows.keySet()
                            .removeIf(
                                    key -> key.compareTo(hex(range.from())) >= 0 && key.compareTo(hex(range.to())) < 0);
            }
        }
        sinceFlush.add(next);
    }

    /** What the store holds, by scan and by get, which must agree. */
    static State read(StoreView view) {
        State state = State.empty(StoreFixture.TABLES);
        state.tables.forEach((table, rows) -> {
            try (Cursor cursor = view.scan(table, Keys.EMPTY, null)) {
                while (cursor.next()) {
                    rows.put(hex(cursor.key()), hex(cursor.value()));
                    assertThat(view.get(table, cursor.key())).isEqualTo(cursor.value());
                }
            }
        });
        return state;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
