package io.meshkit.domain.query;

import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.query.SortFields.Field;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The order that a list was asked for.
 *
 * <p>Made into bytes whose unsigned order is that of the records, so that a page compares and keeps short keys rather
 * than records. Equals are ordered by their rows' keys, which makes the order total. Immutable.
 *
 * @param <T> the records
 */
final class Sorting<T> {
    /** Fields of one order. */
    static final int FIELDS_MAX = 4;

    private record Part<T>(Field<T> field, boolean descending) {}

    private final List<Part<T>> parts;

    private Sorting(List<Part<T>> parts) {
        this.parts = parts;
    }

    /** The order of the rows themselves. */
    static <T> Sorting<T> byKey() {
        return new Sorting<>(List.of());
    }

    /**
     * Reads {@code "region desc, role"}; names in lowerCamelCase or as in the proto.
     *
     * @param check what is wrong goes here; then the order does not count
     */
    static <T> Sorting<T> parse(String orderBy, SortFields<T> fields, Check check) {
        List<Part<T>> parts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        boolean ascending = true;
        if (orderBy.isBlank()) {
            return new Sorting<>(parts);
        }
        for (String element : orderBy.split(",", -1)) {
            String[] words = element.trim().split("\\s+");
            String name = camelCase(words[0]);
            Field<T> field = fields.find(name);
            boolean descending = words.length == 2 && words[1].equals("desc");
            check.that(
                            field != null,
                            "orderBy",
                            "the list cannot be sorted by " + Check.shown(words[0]),
                            "one of " + String.join(", ", fields.names()))
                    .that(
                            words.length == 1 || (words.length == 2 && (descending || words[1].equals("asc"))),
                            "orderBy",
                            "not an order: " + Check.shown(element.trim()),
                            "a field, and asc or desc after it: \"region desc, role\"")
                    .that(!names.contains(name), "orderBy", name + " is named twice", "name each field once");
            if (!check.isClean() || field == null) {
                return new Sorting<>(List.of());
            }
            names.add(name);
            ascending &= !descending;
            parts.add(new Part<>(field, descending));
        }
        check.atMost(FIELDS_MAX, parts.size(), "orderBy", "fields");
        // The rows lie so already.
        boolean natural = ascending
                && names.size() <= fields.key().size()
                && fields.key().subList(0, names.size()).equals(names);
        return new Sorting<>(natural ? List.of() : List.copyOf(parts));
    }

    private static String camelCase(String name) {
        StringBuilder camel = new StringBuilder();
        for (String word : name.split("_")) {
            camel.append(
                    camel.isEmpty() || word.isEmpty()
                            ? word
                            : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return camel.toString();
    }

    /** Whether the rows come in this order by themselves. */
    boolean isByKey() {
        return parts.isEmpty();
    }

    /** The same order of things that hold a record each. */
    <I> Sorting<I> of(Function<I, T> record) {
        return new Sorting<>(parts.stream()
                .map(part -> new Part<I>(item -> part.field().bytes(record.apply(item)), part.descending()))
                .toList());
    }

    /** Where the record stands, among all records of its list. @param rowKey of its row */
    byte[] place(T item, byte[] rowKey) {
        ByteArrayOutputStream place = new ByteArrayOutputStream();
        for (Part<T> part : parts) {
            byte[] value = part.field().bytes(item);
            for (byte b : value) {
                place.write(part.descending() ? ~b : b);
            }
        }
        place.writeBytes(rowKey);
        return place.toByteArray();
    }
}
