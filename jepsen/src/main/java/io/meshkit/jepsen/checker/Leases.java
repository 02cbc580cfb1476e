package io.meshkit.jepsen.checker;

import com.google.gson.JsonElement;
import io.meshkit.jepsen.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A lease lives at least as long as was promised: from the answer to a grant or keep-alive until its time, counted
 * from when that was asked. Nobody may see it gone inside that span, unless somebody began to revoke it.
 */
final class Leases implements Checker {
    private static final String LOOKS = "looks at leases";
    private static final Set<String> GONE = Set.of("LEASE_EXPIRED", "NOT_FOUND");

    @Override
    public String name() {
        return "never-early";
    }

    @Override
    public Judgement check(History history) {
        Findings findings = new Findings(name());
        TreeMap<String, List<Attempt>> byKey = new TreeMap<>();
        for (Attempt attempt : Attempt.of(history)) {
            if (attempt.f().startsWith("lease-")) {
                byKey.computeIfAbsent(attempt.key(), each -> new ArrayList<>()).add(attempt);
            }
        }
        findings.count("leases", byKey.size());
        byKey.forEach((key, attempts) -> {
            for (Attempt look : attempts) {
                if (isLook(look)) {
                    judge(findings, key, look, attempts);
                }
            }
        });
        return findings.judge(LOOKS);
    }

    private static void judge(Findings findings, String key, Attempt look, List<Attempt> attempts) {
        findings.count(LOOKS, 1);
        if (!seesItGone(look) || look.completion() == null) {
            return;
        }
        findings.count("seen gone", 1);
        for (Attempt promise : attempts) {
            Long ttlMs = promise.number("ttlMs");
            if (!isPromise(promise) || ttlMs == null || !promise.precedes(look)) {
                continue;
            }
            long until = promise.invoke().timeNanos() + TimeUnit.MILLISECONDS.toNanos(ttlMs);
            long seen = look.completion().timeNanos();
            if (seen < until && !isRevoked(attempts, promise, look)) {
                findings.violation(
                        "lease " + key + " was gone too early",
                        Attempt.events(promise, look),
                        String.format(
                                Locale.ROOT,
                                "%d ms were promised; it was seen gone %.3f ms before they were over",
                                ttlMs,
                                (until - seen) / 1e6));
                return;
            }
        }
    }

    private static boolean isPromise(Attempt attempt) {
        return attempt.isOk()
                && attempt.detail("replayed") == null // what was promised when it was first asked is judged there
                && (attempt.f().equals("lease-grant") || attempt.f().equals("lease-keepalive"));
    }

    private static boolean isLook(Attempt attempt) {
        return (attempt.f().equals("lease-read") && attempt.isOk())
                || (attempt.f().equals("lease-keepalive") && (attempt.isOk() || seesItGone(attempt)));
    }

    private static boolean seesItGone(Attempt attempt) {
        if (attempt.f().equals("lease-read")) {
            JsonElement lives = attempt.operation().value();
            return attempt.isOk() && lives.isJsonPrimitive() && !lives.getAsBoolean();
        }
        String error = attempt.text("error");
        return attempt.isFail() && error != null && GONE.contains(error);
    }

    /** Whether a revocation may have come between. */
    private static boolean isRevoked(List<Attempt> attempts, Attempt promise, Attempt look) {
        return attempts.stream()
                .anyMatch(attempt -> attempt.f().equals("lease-revoke")
                        && !attempt.isFail()
                        && !attempt.precedes(promise)
                        && attempt.operation().call() < look.operation().ret());
    }
}
