package io.meshkit.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.storage.OrderedStore;
import io.meshkit.storage.StorageException;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.storage.WriteBatch;
import io.meshkit.storage.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveStoreTest {
    private static final byte[] KEY = "k".getBytes(StandardCharsets.UTF_8);

    private final AtomicInteger closedFirst = new AtomicInteger();
    private final AtomicInteger closedSecond = new AtomicInteger();
    private final LiveStore live = new LiveStore(store("old"), closedFirst::incrementAndGet);

    @Test
    void readersOfAReplacedStore_keepTheirViewAndTheLastOneClosesIt() {
        StoreSnapshot one = live.snapshot();
        StoreSnapshot two = live.snapshot();
        live.replace(store("new"), closedSecond::incrementAndGet);
        assertThat(value(one)).isEqualTo("old");
        one.close();
        one.close();
        assertThat(closedFirst).hasValue(0);
        assertThat(value(two)).isEqualTo("old");
        two.close();
        assertThat(closedFirst).hasValue(1);
        try (StoreSnapshot three = live.snapshot()) {
            assertThat(value(three)).isEqualTo("new");
        }
        assertThat(closedSecond).hasValue(0);
    }

    @Test
    void storeWithoutReaders_isClosedWhenReplaced() {
        live.replace(store("new"), closedSecond::incrementAndGet);
        assertThat(closedFirst).hasValue(1);
    }

    @Test
    void replacedWhileUsed_isClosedAfterwards() {
        live.use(store -> {
            live.replace(store("new"), closedSecond::incrementAndGet);
            assertThat(closedFirst).hasValue(0);
            assertThat(store.get(TestState.ROWS, KEY)).isNotNull();
        });
        assertThat(closedFirst).hasValue(1);
    }

    @Test
    void closed_refusesReadersAndClosesOnce() {
        live.close();
        live.close();
        assertThat(closedFirst).hasValue(1);
        assertThatThrownBy(live::snapshot).isInstanceOf(StorageException.class);
    }

    private static OrderedStore store(String value) {
        MemoryStore store = MemoryStore.create(List.of(TestState.ROWS));
        store.write(new WriteBatch().put(TestState.ROWS, KEY, value.getBytes(StandardCharsets.UTF_8)));
        return store;
    }

    private static String value(StoreSnapshot view) {
        return new String(view.get(TestState.ROWS, KEY), StandardCharsets.UTF_8);
    }
}
