package io.meshkit.storage.memory;

import io.meshkit.storage.Table;
import io.meshkit.storage.WriteBatch;
import io.meshkit.storage.WriteBatch.Delete;
import io.meshkit.storage.WriteBatch.DeleteRange;
import io.meshkit.storage.WriteBatch.Put;
import io.meshkit.storage.WriteBatch.Write;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All tables after some whole batch. Immutable. */
final class Tables {
    private final Map<Table, @Nullable Treap> roots;

    private Tables(Map<Table, @Nullable Treap> roots) {
        this.roots = roots;
    }

    static Tables empty(List<Table> tables) {
        Map<Table, @Nullable Treap> roots = new LinkedHashMap<>();
        for (Table table : tables) {
            roots.put(table, null);
        }
        if (roots.size() != tables.size()) {
            throw new IllegalArgumentException("a table is named twice: " + tables);
        }
        return new Tables(roots);
    }

    Set<Table> names() {
        return roots.keySet();
    }

    /** @throws IllegalArgumentException if the store has no such table */
    @Nullable
    Treap root(Table table) {
        Treap root = roots.get(table);
        if (root == null && !roots.containsKey(table)) {
            throw new IllegalArgumentException("the store has no table " + table.name());
        }
        return root;
    }

    /** The tables after the batch. Keys and values are copied: the caller may reuse its arrays. */
    Tables after(WriteBatch batch) {
        Map<Table, @Nullable Treap> changed = new HashMap<>();
        for (Write write : batch.writes()) {
            Table table = write.table();
            Treap root = changed.containsKey(table) ? changed.get(table) : root(table);
            changed.put(
                    table,
                    switch (write) {
                        case Put put ->
                            Treap.put(root, put.key().clone(), put.value().clone());
                        case Delete delete -> Treap.delete(root, delete.key());
                        case DeleteRange range -> Treap.deleteRange(root, range.from(), range.to());
                    });
        }
        Map<Table, @Nullable Treap> next = new LinkedHashMap<>(roots);
        next.putAll(changed);
        return new Tables(next);
    }
}
