package io.meshkit.domain.leadership;

import static io.meshkit.domain.records.LeadershipKind.LEADERSHIP;

import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.MutationOptions;
import org.jspecify.annotations.Nullable;

/** Mutations made on behalf of a leadership scope: only its current leader's take effect. */
public final class Fencing {
    /** The field at fault, by which such a refusal can be told from those of other fences. */
    public static final String FIELD = "options.fencingToken";

    private Fencing() {}

    /** Why the state refuses a mutation with these options, or null. */
    public static @Nullable ErrorDetail refusal(StoreView view, MutationOptions options) {
        String scope = options.getFencingScope();
        if (scope.isEmpty()) {
            return null;
        }
        Leadership current = LEADERSHIP.get(view, LEADERSHIP.ref(scope));
        long token = current == null ? 0 : current.getFencingToken();
        if (options.getFencingToken() != token) {
            return Errors.ofField(
                    ErrorCode.STALE_FENCING_TOKEN,
                    FIELD,
                    "the fencing token of scope " + scope + " is "
                            + (current == null ? "none: the scope does not exist" : token) + ", not "
                            + options.getFencingToken(),
                    "another leader was elected since: stop, and campaign again");
        }
        if (current == null || current.getLeaderId().isEmpty()) {
            return Errors.ofField(
                    ErrorCode.LEASE_EXPIRED,
                    FIELD,
                    "the holder of token " + token + " leads scope " + scope + " no more",
                    "its lease ended or it resigned: stop, and campaign again");
        }
        return null;
    }
}
