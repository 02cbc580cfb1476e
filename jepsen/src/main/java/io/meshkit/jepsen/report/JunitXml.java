package io.meshkit.jepsen.report;

import io.meshkit.jepsen.checker.Judgement;
import io.meshkit.jepsen.checker.Verdict;
import io.meshkit.jepsen.history.Event;
import java.util.List;
import java.util.Locale;

/** {@code junit.xml}: one test case per judgement and per fault; unknown is an error, never a pass. */
final class JunitXml {
    private static final double NANOS_PER_SECOND = 1e9;

    private JunitXml() {}

    static String of(RunResult result) {
        StringBuilder cases = new StringBuilder();
        int failures = 0;
        int errors = 0;
        for (Judgement judgement : result.judgements()) {
            failures += judgement.verdict() == Verdict.INVALID ? 1 : 0;
            errors += judgement.verdict() == Verdict.UNKNOWN ? 1 : 0;
            testCase(
                    cases,
                    judgement.title(),
                    switch (judgement.verdict()) {
                        case VALID -> "";
                        case INVALID -> element("failure", judgement.reason(), judgement.toText());
                        case UNKNOWN -> element("error", judgement.reason(), judgement.toText());
                    });
        }
        for (Fault fault : result.faults()) {
            errors += fault.hasShown() ? 0 : 1;
            testCase(
                    cases,
                    "fault " + fault.name() + " on " + fault.target(),
                    fault.hasShown() ? "" : element("error", "no evidence that it had an effect", ""));
        }
        for (TestInfo.Skipped skipped : result.test().skipped()) {
            testCase(cases, skipped.what(), "      <skipped message=\"" + escaped(skipped.why()) + "\"/>\n");
        }
        int all = result.judgements().size()
                + result.faults().size()
                + result.test().skipped().size();
        return String.format(
                Locale.ROOT,
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites>
                  <testsuite name="jepsen.%s" tests="%d" failures="%d" errors="%d" skipped="%d" time="%.3f">
                %s  </testsuite>
                </testsuites>
                """,
                escaped(result.test().name()),
                all,
                failures,
                errors,
                result.test().skipped().size(),
                seconds(result.history().events()),
                cases);
    }

    private static void testCase(StringBuilder cases, String name, String content) {
        cases.append("    <testcase classname=\"jepsen\" name=\"").append(escaped(name));
        if (content.isEmpty()) {
            cases.append("\"/>\n");
        } else {
            cases.append("\">\n").append(content).append("    </testcase>\n");
        }
    }

    private static String element(String name, String message, String content) {
        return "      <" + name + " message=\"" + escaped(message) + "\">" + escaped(content) + "</" + name + ">\n";
    }

    private static double seconds(List<Event> events) {
        return events.isEmpty()
                ? 0
                : (events.getLast().timeNanos() - events.getFirst().timeNanos()) / NANOS_PER_SECOND;
    }

    /** XML 1.0 has no way to write most control characters: they become U+FFFD. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(c >= ' ' || c == '\n' || c == '\t' ? c : 0xFFFD);
            }
        });
        return escaped.toString();
    }
}
