package io.meshkit.storage;

import static io.meshkit.storage.Bytes.of;
import static io.meshkit.storage.StoreFixture.A;
import static io.meshkit.storage.StoreFixture.B;
import static io.meshkit.storage.StoreFixture.TABLES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.storage.memory.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is asked of the store beneath, and what is kept. */
class RecentRowsTest {
    private static final int ROOM_FOR_TWO = 2 * (120 + 1 + 10) + 50;

    private final Beneath beneath = new Beneath();
    private final RecentRows rows = new RecentRows(beneath, List.of(A), ROOM_FOR_TWO);

    /** Notes what it is asked for, and fails when it is told to. */
    private static final class Beneath extends ForwardingStore {
        final List<String> asked = new ArrayList<>();
        boolean broken;

        Beneath() {
            super(MemoryStore.create(TABLES));
        }

        @Override
        public byte @Nullable [] get(Table table, byte[] key) {
            asked.add(table.name() + "/" + new String(key, UTF_8));
            return super.get(table, key);
        }

        @Override
        public void write(WriteBatch batch) {
            if (broken) {
                throw new StorageException("broken");
            }
            super.write(batch);
        }
    }

    private static WriteBatch put(String key) {
        return new WriteBatch().put(A, of(key), of("0123456789"));
    }

    @Test
    void get_writtenRow_isNotAskedOfTheStore() {
        rows.write(put("k"));

        assertThat(rows.get(A, of("k"))).isEqualTo(of("0123456789"));
        assertThat(beneath.asked).isEmpty();
    }

    @Test
    void get_rowThatWasThereBefore_isAskedOnce() {
        beneath.write(put("k"));

        assertThat(rows.get(A, of("k"))).isEqualTo(rows.get(A, of("k")));
        assertThat(beneath.asked).containsExactly("a/k");
    }

    @Test
    void get_deletedOrMissingRow_isAskedOfTheStore() {
        rows.write(put("k"));
        rows.write(new WriteBatch().delete(A, of("k")));

        assertThat(rows.get(A, of("k"))).isNull();
        assertThat(rows.bytes()).isZero();
    }

    @Test
    void get_otherTable_isAlwaysAskedOfTheStore() {
        rows.write(new WriteBatch().put(B, of("k"), of("v")));

        assertThat(rows.get(B, of("k"))).isEqualTo(of("v"));
        assertThat(beneath.asked).containsExactly("b/k");
    }

    @Test
    void write_moreThanThereIsRoomFor_pushesOutWhatWasUsedLongestAgo() {
        rows.write(put("1"));
        rows.write(put("2"));
        rows.get(A, of("1"));
        rows.write(put("3"));

        assertThat(rows.get(A, of("1"))).isNotNull();
        assertThat(rows.get(A, of("3"))).isNotNull();
        assertThat(beneath.asked).isEmpty();
        assertThat(rows.get(A, of("2"))).isNotNull();
        assertThat(beneath.asked).containsExactly("a/2");
        assertThat(rows.bytes()).isPositive().isLessThanOrEqualTo(ROOM_FOR_TWO);
    }

    @Test
    void write_sameRowAgain_countsItOnce() {
        rows.write(put("k"));
        long once = rows.bytes();
        rows.write(put("k"));

        assertThat(rows.bytes()).isEqualTo(once);
    }

    @Test
    void write_rowLargerThanTheRoom_isNotKept_andPushesNothingOut() {
        rows.write(put("k"));
        rows.write(put("large"));
        rows.write(new WriteBatch().put(A, of("large"), new byte[ROOM_FOR_TWO]));

        assertThat(rows.get(A, of("k"))).isNotNull();
        assertThat(beneath.asked).isEmpty();
        assertThat(rows.get(A, of("large"))).hasSize(ROOM_FOR_TWO);
        assertThat(beneath.asked).containsExactly("a/large");
    }

    @Test
    void write_thatFails_asksTheStoreAgain() {
        rows.write(put("k"));
        beneath.broken = true;

        assertThatThrownBy(() -> rows.write(new WriteBatch().delete(A, of("k"))))
                .isInstanceOf(StorageException.class);
        assertThat(rows.get(A, of("k"))).isNotNull();
        assertThat(beneath.asked).containsExactly("a/k");
    }

    @Test
    void new_withoutRoom_keepsNothing_andLessIsRefused() {
        RecentRows none = new RecentRows(beneath, List.of(A), 0);
        none.write(put("k"));
        none.get(A, of("k"));

        assertThat(none.bytes()).isZero();
        assertThat(beneath.asked).containsExactly("a/k");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecentRows(beneath, List.of(A), -1))
                .withMessageContaining("bytesMax");
    }
}
