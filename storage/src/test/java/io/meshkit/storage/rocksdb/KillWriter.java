package io.meshkit.storage.rocksdb;

import static io.meshkit.storage.Bytes.of;
import static io.meshkit.storage.StoreFixture.TABLES;

import io.meshkit.storage.Cursor;
import io.meshkit.storage.KeyReader;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import io.meshkit.storage.WriteBatch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * A process to be killed: writes numbered batches over all tables, the content of which follows from the last
 * number, and prints each number once it is durable.
 */
final class KillWriter {
    /** At most this many newest rows are in a table. */
    private static final long WINDOW = 300;

    private static final long FLUSH_EVERY = 397;
    private static final byte[] COUNTER = of("");

    /** The smallest buffer, so that RocksDB also flushes by itself all the time. */
    static final RocksDbOptions OPTIONS = RocksDbOptions.defaults().withMemory(1 << 20, 64 << 10);

    private KillWriter() {}

    public static void main(String[] args) {
        RocksDbStore store = RocksDbStore.open(Path.of(args[0]), TABLES, OPTIONS);
        long number = verify(store);
        while (true) {
            number++;
            store.write(batch(number));
            if (number % FLUSH_EVERY == 0) {
                store.flush();
                System.out.println(number);
            }
        }
    }

    private static WriteBatch batch(long number) {
        WriteBatch batch = new WriteBatch();
        for (Table table : TABLES) {
            batch.put(table, COUNTER, key(number))
                    .put(table, key(number), value(table, number))
                    .deleteRange(table, key(0), key(Math.max(0, number - WINDOW)));
        }
        return batch;
    }

    private static byte[] key(long number) {
        return new KeyWriter().number(number).toBytes();
    }

    private static byte[] value(Table table, long number) {
        // Of different sizes, so that the tables' buffers fill at different times.
        byte[] value = new byte[table.equals(TABLES.getFirst()) ? 50 : 800];
        new Random(number * 31 + table.name().hashCode()).nextBytes(value);
        return value;
    }

    /**
     * @return the number of the last batch in the store
     * @throws AssertionError unless every table is as that batch left it
     */
    static long verify(StoreView store) {
        byte[] counter = store.get(TABLES.getFirst(), COUNTER);
        long last = counter == null ? 0 : new KeyReader(counter).number();
        for (Table table : TABLES) {
            check(Arrays.equals(counter, store.get(table, COUNTER)), table, "has another counter");
            long expected = Math.max(1, last - WINDOW);
            try (Cursor cursor = store.scan(table, Keys.after(COUNTER), null)) {
                while (cursor.next()) {
                    check(Arrays.equals(cursor.key(), key(expected)), table, "lacks row " + expected);
                    check(Arrays.equals(cursor.value(), value(table, expected)), table, "has a wrong row " + expected);
                    expected++;
                }
            }
            check(expected == last + 1, table, "ends before row " + last);
        }
        return last;
    }

    private static void check(boolean condition, Table table, String what) {
        if (!condition) {
            throw new AssertionError("table " + table.name() + " " + what);
        }
    }
}
