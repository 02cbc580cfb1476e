package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.History;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A lock is never held by two at a time.
 *
 * <p>A holder certainly holds from the answer that granted the lock until it begins to release it, or until its time
 * is up, counted from when it last asked successfully: what the holder may believe. Two such spans of different
 * holders must not meet.
 */
final class Mutex implements Checker {
    private static final String SPANS = "spans of holding";

    /** @param toNanos exclusive */
    private record Span(String holder, Event granted, Event until, long fromNanos, long toNanos) {}

    @Override
    public String name() {
        return "one-holder";
    }

    @Override
    public Judgement check(History history) {
        Findings findings = new Findings(name());
        TreeMap<String, List<Attempt>> byKey = new TreeMap<>();
        for (Attempt attempt : Attempt.of(Retries.merged(history))) {
            if (attempt.f().startsWith("lock-")) {
                byKey.computeIfAbsent(attempt.key(), each -> new ArrayList<>()).add(attempt);
            }
        }
        byKey.forEach((key, attempts) -> judge(findings, key, spans(attempts)));
        return findings.judge(SPANS);
    }

    private static List<Span> spans(List<Attempt> attempts) {
        List<Span> spans = new ArrayList<>();
        for (Attempt attempt : attempts) {
            Event answer = attempt.completion();
            boolean isGrant = attempt.isOk()
                    && (attempt.f().equals("lock-acquire") || attempt.f().equals("lock-renew"));
            Long ttlMs = attempt.number("ttlMs");
            if (!isGrant || answer == null || ttlMs == null) {
                continue;
            }
            long to = attempt.invoke().timeNanos() + TimeUnit.MILLISECONDS.toNanos(ttlMs);
            Event until = attempt.invoke();
            Attempt release = release(attempts, attempt);
            if (release != null && release.invoke().timeNanos() < to) {
                to = release.invoke().timeNanos();
                until = release.invoke();
            }
            if (answer.timeNanos() < to) {
                spans.add(new Span(Fencing.holder(attempt), answer, until, answer.timeNanos(), to));
            }
        }
        spans.sort(Comparator.comparingLong(Span::fromNanos));
        return spans;
    }

    /** The first release by the same holder that began after the grant was asked for. */
    private static @Nullable Attempt release(List<Attempt> attempts, Attempt grant) {
        for (Attempt attempt : attempts) {
            if (attempt.f().equals("lock-release")
                    && attempt.operation().call() > grant.operation().call()
                    && Fencing.holder(attempt).equals(Fencing.holder(grant))) {
                return attempt;
            }
        }
        return null;
    }

    private static void judge(Findings findings, String key, List<Span> spans) {
        Span furthest = null;
        for (Span span : spans) {
            findings.count(SPANS, 1);
            boolean meet = furthest != null
                    && span.fromNanos < furthest.toNanos
                    && !Objects.equals(span.holder, furthest.holder);
            if (meet && furthest != null) {
                findings.violation(
                        "lock " + key + " has two holders",
                        List.of(furthest.granted, span.granted),
                        String.format(
                                java.util.Locale.ROOT,
                                "%s holds it for another %.3f ms when %s gets it",
                                furthest.holder,
                                (furthest.toNanos - span.fromNanos) / 1e6,
                                span.holder));
            }
            if (furthest == null || span.toNanos > furthest.toNanos) {
                furthest = span;
            }
        }
    }
}
