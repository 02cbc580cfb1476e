package io.omnirelay.transport.json;

import java.util.Collection;
import java.util.Locale;

/** Did-you-mean. */
public final class Suggestions {
    private Suggestions() {}

    /** {@code "Did you mean \"pageSize\"?"}, or all candidates if few, or an empty string. */
    public static String hint(String wrong, Collection<String> candidates) {
        String lower = wrong.toLowerCase(Locale.ROOT);
        String best = "";
        int bestDistance = Math.max(2, wrong.length() / 3) + 1;
        for (String candidate : candidates) {
            int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                bestDistance = distance;
                best = candidate;
            }
        }
        if (!best.isEmpty()) {
            return "Did you mean \"" + best + "\"?";
        }
        return candidates.isEmpty() || candidates.size() > 24
                ? ""
                : "Known: " + String.join(", ", candidates.stream().sorted().toList());
    }

    /** Levenshtein's distance; texts are cut at 64 characters, which bounds the work for hostile input. */
    static int distance(String left, String right) {
        String a = left.substring(0, Math.min(64, left.length()));
        String b = right.substring(0, Math.min(64, right.length()));
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
