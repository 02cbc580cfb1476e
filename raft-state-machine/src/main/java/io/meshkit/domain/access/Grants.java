package io.meshkit.domain.access;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Authority;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.options.Scope;
import io.meshkit.v1.ErrorDetail;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one caller may do in one state of the access records.
 *
 * <p>The common case, a scope held everywhere and for ever, is one comparison. Immutable. Thread: any number.
 */
public final class Grants implements Authority {
    private final Caller caller;
    private final Scope whole;
    private final List<Grant> others;
    private final List<Grant> all;
    private final @Nullable String invalid;
    private final long credentialExpiresAtMs;

    private Grants(
            Caller caller,
            Scope whole,
            List<Grant> others,
            List<Grant> all,
            @Nullable String invalid,
            long credentialExpiresAtMs) {
        this.caller = caller;
        this.whole = whole;
        this.others = others;
        this.all = all;
        this.invalid = invalid;
        this.credentialExpiresAtMs = credentialExpiresAtMs;
    }

    /** @param credentialExpiresAtMs Unix ms; {@link Long#MAX_VALUE}: never */
    static Grants of(Caller caller, List<Grant> grants, long credentialExpiresAtMs) {
        Scope whole = Scope.SCOPE_UNSPECIFIED;
        List<Grant> others = new ArrayList<>();
        for (Grant grant : grants) {
            if (grant.isWhole()) {
                whole = VerbRule.includes(whole, grant.scope()) ? whole : grant.scope();
            } else {
                others.add(grant);
            }
        }
        return new Grants(caller, whole, List.copyOf(others), List.copyOf(grants), null, credentialExpiresAtMs);
    }

    /** Of a credential that does not hold. @param why for example: the token was revoked */
    static Grants invalid(Caller caller, String why) {
        return new Grants(caller, Scope.SCOPE_UNSPECIFIED, List.of(), List.of(), why, Long.MAX_VALUE);
    }

    /** A scope everywhere and for ever: what the access file gives while there are no access records yet. */
    public static Grants whole(Caller caller, Scope scope) {
        return new Grants(caller, scope, List.of(), List.of(), null, Long.MAX_VALUE);
    }

    public Caller caller() {
        return caller;
    }

    /** The widest scope held everywhere; UNSPECIFIED: none. */
    public Scope whole(long timeMs) {
        Scope widest = refusalOfCredential(timeMs) == null ? whole : Scope.SCOPE_UNSPECIFIED;
        for (Grant grant : others) {
            if (grant.narrowing() == null && grant.verbs().isEmpty() && timeMs < grant.expiresAtMs()) {
                widest = VerbRule.includes(widest, grant.scope()) ? widest : grant.scope();
            }
        }
        return widest;
    }

    /** Why the credential itself does not hold, or null. */
    public @Nullable ErrorDetail refusalOfCredential(long timeMs) {
        if (invalid == null && timeMs < credentialExpiresAtMs) {
            return null;
        }
        return Errors.of(
                ErrorCode.UNAUTHENTICATED,
                invalid == null ? "the credential of " + caller.principal() + " has expired" : invalid,
                "authenticate anew");
    }

    /** Why the verb may be used on nothing at all, or null. */
    public @Nullable ErrorDetail refusal(VerbRule rule, long timeMs) {
        ErrorDetail credential = refusalOfCredential(timeMs);
        if (credential != null) {
            return credential;
        }
        if (rule.self() || VerbRule.includes(whole, rule.scope())) {
            return null;
        }
        for (Grant grant : others) {
            if (grant.allows(rule, timeMs)) {
                return null;
            }
        }
        return Errors.of(
                ErrorCode.FORBIDDEN,
                caller.principal() + " may not use " + rule.verb(),
                "it needs scope " + VerbRule.name(rule.scope()) + "; an administrator can grant it");
    }

    /** Why the verb may not be used on everything, or null. */
    public @Nullable ErrorDetail refusalAnywhere(VerbRule rule, long timeMs) {
        ErrorDetail refusal = refusal(rule, timeMs);
        if (refusal != null || rule.self() || VerbRule.includes(whole, rule.scope())) {
            return refusal;
        }
        for (Grant grant : others) {
            if (grant.narrowing() == null && grant.allows(rule, timeMs)) {
                return null;
            }
        }
        return Errors.of(
                ErrorCode.FORBIDDEN,
                caller.principal() + " may use " + rule.verb() + " only where a binding allows it",
                "its bindings are narrowed: name what they are narrowed to, or ask for one that holds everywhere");
    }

    /** Why the verb may not be used on such a record, or null. */
    public @Nullable ErrorDetail refusal(
            VerbRule rule, String namespace, String cluster, Map<String, String> labels, long timeMs) {
        ErrorDetail refusal = refusal(rule, timeMs);
        if (refusal != null || rule.self() || VerbRule.includes(whole, rule.scope())) {
            return refusal;
        }
        for (Grant grant : others) {
            if (grant.allows(rule, timeMs)
                    && (grant.narrowing() == null || grant.narrowing().covers(namespace, cluster, labels))) {
                return null;
            }
        }
        return Errors.of(
                ErrorCode.FORBIDDEN,
                caller.principal() + " may not use " + rule.verb() + " on this record",
                "none of its bindings covers the record");
    }

    @Override
    public @Nullable ErrorDetail refusal(Message operation, long timeMs) {
        VerbRule rule = VerbRule.of(operation);
        return rule == null ? notForClients(operation) : refusal(rule, timeMs);
    }

    @Override
    public @Nullable ErrorDetail refusalAnywhere(Message operation, long timeMs) {
        VerbRule rule = VerbRule.of(operation);
        return rule == null ? notForClients(operation) : refusalAnywhere(rule, timeMs);
    }

    @Override
    public <T extends Message> @Nullable ErrorDetail refusal(
            Message operation, RecordRef<T> ref, @Nullable T record, long timeMs) {
        VerbRule rule = VerbRule.of(operation);
        if (rule == null) {
            return notForClients(operation);
        }
        if (VerbRule.includes(whole, rule.scope())) {
            return refusalOfCredential(timeMs);
        }
        return refusal(rule, ref, record, timeMs);
    }

    /** Of a missing record only its namespace is known: what is narrowed otherwise is not told that it is missing. */
    public <T extends Message> @Nullable ErrorDetail refusal(
            VerbRule rule, RecordRef<T> ref, @Nullable T record, long timeMs) {
        String namespace = ref.kind().namespace(ref.name());
        if (record != null) {
            return refusal(
                    rule,
                    namespace,
                    ref.kind().cluster(record),
                    ref.kind().meta(record).getLabelsMap(),
                    timeMs);
        }
        if (refusalAnywhere(rule, timeMs) == null) {
            return null;
        }
        for (Grant grant : others) {
            if (grant.allows(rule, timeMs)
                    && grant.narrowing() != null
                    && grant.narrowing().coversNamespace(namespace)) {
                return null;
            }
        }
        ErrorDetail refusal = refusal(rule, timeMs);
        return refusal != null
                ? refusal
                : Errors.of(
                        ErrorCode.FORBIDDEN,
                        caller.principal() + " may not use " + rule.verb() + " on this record",
                        "none of its bindings covers the record");
    }

    /** Whether the request's own filter keeps the answer within what the caller's bindings cover. */
    public boolean coversFilter(VerbRule rule, Message request, long timeMs) {
        for (Grant grant : others) {
            if (grant.allows(rule, timeMs)
                    && (grant.narrowing() == null || grant.narrowing().coversFilter(request, rule))) {
                return true;
            }
        }
        return false;
    }

    /** Ids of the bindings that count, in order; with a rule, of those that allow its verb somewhere. */
    public List<String> bindings(@Nullable VerbRule rule, long timeMs) {
        TreeSet<String> ids = new TreeSet<>();
        for (Grant grant : all) {
            if (rule == null ? timeMs < grant.expiresAtMs() : grant.allows(rule, timeMs)) {
                ids.add(grant.binding());
            }
        }
        return List.copyOf(ids);
    }

    private ErrorDetail notForClients(Message operation) {
        return Errors.of(
                ErrorCode.FORBIDDEN,
                caller.principal() + " may not ask for "
                        + operation.getDescriptorForType().getName(),
                "only the registry itself does");
    }
}
