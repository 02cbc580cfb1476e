package io.meshkit.domain.policies;

import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.DomainLimits;

/**
 * What a change ticket must look like: {@code #} stands for one or more digits, a {@code *} at the end for anything or
 * nothing, everything else for itself.
 *
 * <p>So little that one look at each character decides: no pattern is slow on any ticket.
 *
 * @param text empty: anything
 */
record TicketPattern(String text) {
    static void check(String field, String text, Check check) {
        check.text(field, text, DomainLimits.CHANGE_TICKET_BYTES_MAX);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
            check.that(
                    c != '*' || i + 1 == text.length(),
                    field,
                    "* is not at the end of " + Check.shown(text),
                    "put it at the end, or leave it out");
            check.that(
                    c != '#' || !(isDigit(next) || next == '#'),
                    field,
                    "# is followed by a digit in " + Check.shown(text),
                    "# stands for all digits in a row");
        }
    }

    boolean matches(String ticket) {
        if (text.isEmpty()) {
            return true;
        }
        int at = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '*') {
                return true;
            }
            if (c == '#') {
                int begin = at;
                while (at < ticket.length() && isDigit(ticket.charAt(at))) {
                    at++;
                }
                if (at == begin) {
                    return false;
                }
            } else if (at == ticket.length() || ticket.charAt(at++) != c) {
                return false;
            }
        }
        return at == ticket.length();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
