package io.meshkit.client;

import io.meshkit.api.ErrorCode;
import io.meshkit.v1.ErrorDetail;

/** What a person can do about an error. */
public final class Remediation {
    private Remediation() {}

    /**
     * The error's own hint and what follows from its other fields, in sentences.
     *
     * @return empty if nothing helpful is known
     */
    public static String text(ErrorDetail detail) {
        StringBuilder text = new StringBuilder(detail.getHint());
        ErrorCode code = ErrorCode.ofName(detail.getCode());
        if (detail.getApplied() == ErrorDetail.Applied.APPLIED_UNKNOWN) {
            sentence(text, "It may have been applied: repeat it with the same request id, or read the record.");
        } else if (code.retryable()) {
            sentence(text, "Nothing was changed; trying again can help.");
        }
        if (code == ErrorCode.REVISION_MISMATCH && detail.getCurrentRevision() > 0) {
            sentence(text, "The current revision is " + detail.getCurrentRevision() + ".");
        }
        if (detail.hasRetryDelay()) {
            double seconds =
                    detail.getRetryDelay().getSeconds() + detail.getRetryDelay().getNanos() / 1e9;
            sentence(text, "Try again in " + seconds + " s.");
        }
        return text.toString();
    }

    private static void sentence(StringBuilder text, String sentence) {
        if (text.length() > 0) {
            text.append(".!?".indexOf(text.charAt(text.length() - 1)) < 0 ? ". " : " ");
        }
        text.append(sentence);
    }
}
