package io.meshkit.domain.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.storage.Cursor;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import io.meshkit.storage.WriteBatch;
import io.meshkit.storage.memory.MemoryStore;
import io.meshkit.v1.StateRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateRowsTest {
    private static final byte[] KEY = "k".getBytes(StandardCharsets.US_ASCII);

    private final MemoryStore store = MemoryStore.create(Tables.ALL);
    private final List<Table> reads = new ArrayList<>();
    private final StoreView counted = new StoreView() {
        @Override
        public byte[] get(Table table, byte[] key) {
            reads.add(table);
            return store.get(table, key);
        }

        @Override
        public Cursor scan(Table table, byte[] from, byte[] to) {
            return store.scan(table, from, to);
        }

        @Override
        public Cursor scanDescending(Table table, byte[] from, byte[] to) {
            return store.scanDescending(table, from, to);
        }
    };

    private void write(long revision) {
        WriteBatch batch = new WriteBatch();
        batch.put(
                Tables.META,
                StateRows.STATE_KEY,
                StateRow.newBuilder().setRevision(revision).build().toByteArray());
        batch.put(Tables.RECORDS, KEY, KEY);
        store.write(batch);
    }

    @Test
    void once_readsTheStateRowOnce_andShowsWhatTheViewShows() {
        write(7);

        StoreView view = StateRows.once(counted);

        assertThat(StateRows.read(view)).isEqualTo(StateRows.read(store));
        assertThat(StateRows.read(view).getRevision()).isEqualTo(7);
        assertThat(reads).containsExactly(Tables.META);
        assertThat(view.get(Tables.RECORDS, KEY)).isEqualTo(KEY);
        assertThat(view.get(Tables.META, StateRows.STATE_KEY)).isEqualTo(store.get(Tables.META, StateRows.STATE_KEY));
        try (Cursor up = view.scan(Tables.RECORDS, new byte[0], null);
                Cursor down = view.scanDescending(Tables.RECORDS, new byte[0], null)) {
            assertThat(up.next()).isTrue();
            assertThat(down.next()).isTrue();
        }
    }

    @Test
    void once_ofAnEmptyStore_isRevisionZero() {
        assertThat(StateRows.read(StateRows.once(store)).getRevision()).isZero();
    }

    @Test
    void once_underAPastView_thePastCounts() {
        write(7);
        Overlay past = new Overlay(StateRows.once(store));
        StateRows.putRevision(past, StateRows.read(past), 3);

        assertThat(StateRows.read(past).getRevision()).isEqualTo(3);
    }
}
