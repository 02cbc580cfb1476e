package io.meshkit.domain.query;

import com.google.protobuf.Timestamp;
import io.meshkit.storage.KeyWriter;
import io.meshkit.v1.RecordMeta;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The fields by which a noun's list can be sorted. Immutable once made.
 *
 * @param <T> the records
 */
final class SortFields<T> {
    private final List<String> key;
    private final TreeMap<String, Field<T>> byName = new TreeMap<>();

    /** Makes bytes whose unsigned order is that of the field's values; none is the beginning of another. */
    @FunctionalInterface
    interface Field<T> {
        byte[] bytes(T item);
    }

    private SortFields(List<String> key) {
        this.key = key;
    }

    /** @param key the fields that order the rows of the table themselves */
    static <T> SortFields<T> withKey(String... key) {
        return new SortFields<>(List.of(key));
    }

    SortFields<T> text(String name, Function<T, String> value) {
        return add(name, item -> new KeyWriter().text(value.apply(item)).toBytes());
    }

    SortFields<T> number(String name, ToLongFunction<T> value) {
        return add(name, item -> number(value.applyAsLong(item)));
    }

    /** Finite numbers. */
    SortFields<T> real(String name, ToDoubleFunction<T> value) {
        return add(name, item -> {
            long bits = Double.doubleToLongBits(value.applyAsDouble(item) + 0.0);
            return number(bits < 0 ? bits ^ Long.MAX_VALUE : bits);
        });
    }

    SortFields<T> time(String name, Function<T, Timestamp> value) {
        return add(name, item -> {
            Timestamp time = value.apply(item);
            return new KeyWriter()
                    .number(time.getSeconds() ^ Long.MIN_VALUE)
                    .number(time.getNanos())
                    .toBytes();
        });
    }

    /** What every record's header has. */
    SortFields<T> meta(Function<T, RecordMeta> meta) {
        return number("version", item -> meta.apply(item).getVersion())
                .number("createRevision", item -> meta.apply(item).getCreateRevision())
                .number("modRevision", item -> meta.apply(item).getModRevision())
                .time("updatedAt", item -> meta.apply(item).getUpdatedAt());
    }

    private static byte[] number(long value) {
        return new KeyWriter().number(value ^ Long.MIN_VALUE).toBytes();
    }

    private SortFields<T> add(String name, Field<T> field) {
        byName.put(name, field);
        return this;
    }

    @Nullable
    Field<T> find(String name) {
        return byName.get(name);
    }

    /** In order. */
    Set<String> names() {
        return byName.keySet();
    }

    List<String> key() {
        return key;
    }
}
