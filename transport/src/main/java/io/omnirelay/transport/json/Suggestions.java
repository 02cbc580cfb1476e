package io.omnirelay.transport.json;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** What somebody probably meant to type. */
public final class Suggestions {
    /** Longer texts are cut, which bounds the work for hostile input. */
    private static final int COMPARED_CHARS_MAX = 64;

    private static final int LISTED_MAX = 24;

    private Suggestions() {}

    /** {@code "Did you mean \"pageSize\"?"}, or all candidates if few, or an empty string. */
    public static String hint(String wrong, Collection<String> candidates) {
        Optional<String> meant = closest(wrong, candidates);
        if (meant.isPresent()) {
            return "Did you mean \"" + meant.get() + "\"?";
        }
        return candidates.isEmpty() || candidates.size() > LISTED_MAX
                ? ""
                : "Known: " + String.join(", ", candidates.stream().sorted().toList());
    }

    /** The first candidate with the fewest edits, case ignored, unless even those are too many. */
    public static Optional<String> closest(String wrong, Collection<String> candidates) {
        String typed = comparable(wrong);
        int fewest = Math.min(typed.length(), Math.max(2, typed.length() / 3) + 1);
        Optional<String> best = Optional.empty();
        for (String candidate : candidates) {
            int edits = edits(typed, comparable(candidate));
            if (edits < fewest) {
                fewest = edits;
                best = Optional.of(candidate);
            }
        }
        return best;
    }

    private static String comparable(String text) {
        return text.substring(0, Math.min(COMPARED_CHARS_MAX, text.length())).toLowerCase(Locale.ROOT);
    }

    /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
    private static int edits(String a, String b) {
        int[][] table = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                table[i][j] = i == 0 || j == 0 ? i + j : step(table, a, b, i, j);
            }
        }
        return table[a.length()][b.length()];
    }

    private static int step(int[][] table, String a, String b, int i, int j) {
        int replaced = table[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, Math.min(table[i - 1][j], table[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, table[i - 2][j - 2] + 1) : best;
    }
}
