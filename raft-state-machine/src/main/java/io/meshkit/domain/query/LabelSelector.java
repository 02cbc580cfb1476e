package io.meshkit.domain.query;

import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.DomainLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which labels a record must have: {@code key=value}, {@code key!=value}, {@code key}, {@code !key},
 * {@code key in (a,b)}, {@code key notin (a,b)}, joined by commas; all must hold.
 *
 * <p>{@code !=} and {@code notin} also hold where the key is missing. {@code ==} means {@code =}. Blanks
 * around keys and values do not count; a value that holds a comma or a parenthesis cannot be named.
 * Immutable.
 */
public final class LabelSelector {
    /** Matches everything. */
    public static final LabelSelector ALL = new LabelSelector(List.of());

    private static final String HINT =
            "key=value, key!=value, key, !key, key in (a,b), key notin (a,b); joined by commas";

    private final List<Term> terms;

    private LabelSelector(List<Term> terms) {
        this.terms = terms;
    }

    /**
     * One requirement.
     *
     * @param anyOf  the values; empty: any value will do
     * @param holds  whether having such a label fulfils it, or not having it
     */
    private record Term(String key, TreeSet<String> anyOf, boolean holds) {
        boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            boolean has = value != null && (anyOf.isEmpty() || anyOf.contains(value));
            return has == holds;
        }
    }

    /** Parses the selector; what is wrong with it goes to the check. */
    public static LabelSelector parse(String field, String text, Check check) {
        if (text.isBlank()) {
            return ALL;
        }
        check.text(field, text, DomainLimits.LABEL_SELECTOR_BYTES_MAX);
        List<Term> terms = new ArrayList<>();
        for (String part : split(text)) {
            if (!check.isClean()) {
                return ALL;
            }
            terms.add(term(field, part.strip(), check));
        }
        return new LabelSelector(List.copyOf(terms));
    }

    public boolean matches(Map<String, String> labels) {
        for (Term term : terms) {
            if (!term.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    private static Term term(String field, String text, Check check) {
        if (text.startsWith("!")) {
            return new Term(key(field, text, text.substring(1), check), new TreeSet<>(), false);
        }
        if (text.endsWith(")")) {
            return setTerm(field, text, check);
        }
        int equals = text.indexOf('=');
        if (equals < 0) {
            return new Term(key(field, text, text, check), new TreeSet<>(), true);
        }
        boolean negated = equals > 0 && text.charAt(equals - 1) == '!';
        boolean doubled = !negated && text.startsWith("==", equals);
        TreeSet<String> values = new TreeSet<>();
        values.add(value(field, text, text.substring(equals + (doubled ? 2 : 1)), check));
        return new Term(key(field, text, text.substring(0, negated ? equals - 1 : equals), check), values, !negated);
    }

    /** {@code key in (a,b)} or {@code key notin (a,b)}. */
    private static Term setTerm(String field, String text, Check check) {
        int open = text.indexOf('(');
        String[] words =
                open < 0 ? new String[0] : text.substring(0, open).strip().split("\\s+", -1);
        boolean isSet = words.length == 2 && (words[1].equals("in") || words[1].equals("notin"));
        check.that(isSet, field, "not a requirement: " + Check.shown(text), HINT);
        if (!isSet) {
            return new Term("", new TreeSet<>(), true);
        }
        String list = text.substring(open + 1, text.length() - 1);
        check.that(!list.isBlank(), field, "no values in " + Check.shown(text), HINT);
        TreeSet<String> values = new TreeSet<>();
        for (String value : list.split(",", -1)) {
            values.add(value(field, text, value, check));
        }
        return new Term(key(field, text, words[0], check), values, words[1].equals("in"));
    }

    private static String key(String field, String term, String text, Check check) {
        String key = text.strip();
        Check own = new Check().labelKey(field, key);
        check.that(own.isClean(), field, "not a requirement: " + Check.shown(term), HINT);
        return key;
    }

    private static String value(String field, String term, String text, Check check) {
        String value = text.strip();
        boolean plain = value.indexOf('(') < 0 && value.indexOf(')') < 0;
        check.that(plain, field, "not a requirement: " + Check.shown(term), HINT);
        return value;
    }

    /** Splits at the commas that stand in no parentheses. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '(' -> depth++;
                case ')' -> depth--;
                case ',' -> {
                    if (depth == 0) {
                        parts.add(text.substring(start, i));
                        start = i + 1;
                    }
                }
                default -> {}
            }
        }
        parts.add(text.substring(start));
        return parts;
    }
}
