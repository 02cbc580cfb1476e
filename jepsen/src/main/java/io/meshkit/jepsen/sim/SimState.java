package io.meshkit.jepsen.sim;

import io.meshkit.domain.Applied;
import io.meshkit.domain.LogPosition;
import io.meshkit.domain.RegistryStateMachine;
import io.meshkit.domain.StateMeta;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import io.meshkit.storage.WriteBatch;
import io.meshkit.storage.memory.MemoryStore;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.CommandOutcome;
import java.util.List;

/** One member's registry: the real domain on a store that forgets what was not flushed. Thread: one. */
class SimState {
    private final RegistryStateMachine machine = new RegistryStateMachine();
    private MemoryStore store = MemoryStore.create(RegistryStateMachine.TABLES);

    /**
     * What applying an entry did.
     *
     * @param batch what was written
     */
    record Change(WriteBatch batch, List<CommandOutcome> outcomes, List<AuditEntry> entries) {}

    /** Applies the entry and writes what it does. */
    Change apply(SimEntry entry, long index) {
        LogPosition position = new LogPosition(entry.term(), index);
        Change change;
        if (entry.content() == null) {
            WriteBatch batch = new WriteBatch();
            StateMeta.putPosition(batch, position);
            change = new Change(batch, List.of(), List.of());
        } else {
            Applied applied = machine.apply(seen(store), entry.content(), position);
            change = new Change(applied.batch(), applied.outcomes(), applied.entries());
        }
        WriteBatch written = toWrite(change.batch());
        store.write(written);
        return new Change(written, change.outcomes(), change.entries());
    }

    /** Where the bug zoo breaks it: what the domain decides on is what is there. */
    StoreView seen(StoreView state) {
        return state;
    }

    /** Where the bug zoo breaks it: what the domain decided is what is written. */
    WriteBatch toWrite(WriteBatch decided) {
        return decided;
    }

    /** Writes past the domain. */
    final void write(WriteBatch batch) {
        store.write(batch);
    }

    StoreView view() {
        return store;
    }

    LogPosition position() {
        return StateMeta.position(store).orElse(new LogPosition(0, 0));
    }

    long revision() {
        return StateMeta.revision(store);
    }

    void flush() {
        store.flush();
    }

    /** The process is gone; what it had not flushed too. */
    void crash() {
        store = store.crashed();
    }

    /** Everything in it, as writes into an empty store. */
    WriteBatch content() {
        WriteBatch all = new WriteBatch();
        for (Table table : RegistryStateMachine.TABLES) {
            try (Cursor cursor = store.scan(table, Keys.EMPTY, null)) {
                while (cursor.next()) {
                    all.put(table, cursor.key(), cursor.value());
                }
            }
        }
        return all;
    }

    void replace(WriteBatch content) {
        store.close();
        store = MemoryStore.create(RegistryStateMachine.TABLES);
        store.write(content);
        store.flush();
    }
}
