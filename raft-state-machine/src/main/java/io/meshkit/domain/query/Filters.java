package io.meshkit.domain.query;

import com.google.protobuf.Message;
import com.google.protobuf.ProtocolMessageEnum;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.DomainLimits;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Conditions that several lists share; what the request leaves empty matches everything. */
final class Filters {
    private static final Predicate<Object> ALL = record -> true;

    private Filters() {}

    /** The filter that everything passes; always the same one. */
    static Predicate<Object> all() {
        return ALL;
    }

    /**
     * Whether the request asks for nothing that a filter would have to look for.
     *
     * @param inRange its fields that the range of rows stands for
     */
    static boolean isNone(Message request, String... inRange) {
        Set<String> others = new TreeSet<>(List.of(inRange));
        others.addAll(List.of("read", "page", "order_by"));
        return request.getAllFields().keySet().stream().allMatch(field -> others.contains(field.getName()));
    }

    static boolean equal(String asked, String value) {
        return asked.isEmpty() || asked.equals(value);
    }

    static <E> boolean oneOf(List<E> asked, E value) {
        return asked.isEmpty() || asked.contains(value);
    }

    /** @param search in lower case */
    static boolean within(String search, String id) {
        return search.isEmpty() || id.toLowerCase(Locale.ROOT).contains(search);
    }

    static String search(String asked, Check check) {
        check.text("search", asked, DomainLimits.TEXT_BYTES_MAX);
        return asked.toLowerCase(Locale.ROOT);
    }

    static void known(String field, List<? extends ProtocolMessageEnum> values, Check check) {
        for (ProtocolMessageEnum value : values) {
            check.known(field, value);
        }
    }
}
