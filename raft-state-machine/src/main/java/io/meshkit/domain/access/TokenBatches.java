package io.meshkit.domain.access;

import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.Rows;
import io.meshkit.domain.kernel.Work;
import io.meshkit.v1.ErrorDetail;
import org.jspecify.annotations.Nullable;

/** Tokens that are revoked together: no more than one command can revoke. */
public final class TokenBatches {
    private TokenBatches() {}

    /**
     * Why the batch takes no further token, or null.
     *
     * @param batch  empty: none
     * @param prefix of the batch's index rows
     * @param noun   what it is a batch of, in the plural
     */
    public static @Nullable ErrorDetail refusal(Work work, String batch, byte[] prefix, int max, String noun) {
        return batch.isEmpty() || Rows.count(work.view(), prefix) < max
                ? null
                : Errors.ofField(
                        ErrorCode.LIMIT_EXCEEDED,
                        "batchId",
                        "batch " + batch + " has " + max + " " + noun + " already",
                        "begin another batch");
    }
}
