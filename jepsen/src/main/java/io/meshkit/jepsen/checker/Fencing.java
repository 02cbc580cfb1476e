package io.meshkit.jepsen.checker;

import com.google.gson.JsonElement;
import io.meshkit.jepsen.history.History;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Fencing tokens (of a lock) or owner epochs (of a shard): no token ever has two holders, tokens only grow, and what
 * they protect refuses a token once a newer one was granted or used.
 */
final class Fencing implements Checker {
    private static final String GRANTS = "grants";

    private final String name;
    private final String token;
    private final Set<String> grants;
    private final Set<String> protectedWrites;

    private Fencing(String name, String token, Set<String> grants, Set<String> protectedWrites) {
        this.name = name;
        this.token = token;
        this.grants = grants;
        this.protectedWrites = protectedWrites;
    }

    static Fencing ofLocks() {
        return new Fencing("fencing", "token", Set.of("lock-acquire", "lock-renew"), Set.of("lock-write"));
    }

    static Fencing ofShards() {
        return new Fencing("one-owner-per-epoch", "epoch", Set.of("shard-assign", "shard-read"), Set.of("shard-write"));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Judgement check(History history) {
        Findings findings = new Findings(name);
        TreeMap<String, List<Attempt>> byKey = new TreeMap<>();
        for (Attempt attempt : Attempt.of(Retries.merged(history))) {
            if (attempt.isOk()) {
                byKey.computeIfAbsent(attempt.key(), each -> new ArrayList<>()).add(attempt);
            }
        }
        byKey.values().forEach(attempts -> judge(findings, attempts));
        return findings.judge(GRANTS);
    }

    private void judge(Findings findings, List<Attempt> attempts) {
        attempts.sort(Comparator.comparingInt(attempt -> attempt.operation().ret()));
        TreeMap<Long, Attempt> holders = new TreeMap<>();
        TreeMap<Integer, Attempt> newestByReturn = new TreeMap<>();
        for (Attempt attempt : attempts) {
            Long number = tokenOf(attempt);
            if (number == null) {
                continue;
            }
            boolean isGrant = grants.contains(attempt.f());
            if (!isGrant && !protectedWrites.contains(attempt.f())) {
                continue;
            }
            Map.Entry<Integer, Attempt> before =
                    newestByReturn.lowerEntry(attempt.operation().call());
            if (isGrant) {
                findings.count(GRANTS, 1);
                oneHolder(findings, attempt, number, holders);
            } else {
                findings.count("protected writes", 1);
            }
            if (before != null && number < tokenNumber(before.getValue())) {
                findings.violation(
                        isGrant
                                ? "an older " + token + " was granted after a newer one"
                                : "an old " + token + " was let in",
                        Attempt.events(before.getValue(), attempt),
                        token + " " + tokenNumber(before.getValue()) + " was known before " + token + " " + number
                                + " was asked for");
            }
            Map.Entry<Integer, Attempt> newest = newestByReturn.lastEntry();
            if (newest == null || number > tokenNumber(newest.getValue())) {
                newestByReturn.put(attempt.operation().ret(), attempt);
            }
        }
    }

    private void oneHolder(Findings findings, Attempt attempt, long number, TreeMap<Long, Attempt> holders) {
        Attempt other = holders.putIfAbsent(number, attempt);
        String holder = holder(attempt);
        if (other != null && !Objects.equals(holder(other), holder)) {
            findings.violation(
                    "one " + token + " has two holders",
                    Attempt.events(other, attempt),
                    token + " " + number + " belongs to " + holder(other) + " and to " + holder);
        }
    }

    static String holder(Attempt attempt) {
        String holder = attempt.text("holder");
        if (holder != null) {
            return holder;
        }
        JsonElement value = attempt.operation().value();
        if (value.isJsonObject()) {
            return Members.text(value.getAsJsonObject(), "owner");
        }
        return Members.isText(value) ? value.getAsString() : attempt.operation().process();
    }

    private @Nullable Long tokenOf(Attempt attempt) {
        JsonElement value = attempt.operation().value();
        if (value.isJsonObject() && value.getAsJsonObject().has(token)) {
            return Members.number(value.getAsJsonObject(), token);
        }
        return attempt.number(token);
    }

    private long tokenNumber(Attempt attempt) {
        return Objects.requireNonNull(tokenOf(attempt));
    }
}
