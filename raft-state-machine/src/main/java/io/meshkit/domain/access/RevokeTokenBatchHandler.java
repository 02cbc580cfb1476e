package io.meshkit.domain.access;

import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.RecordHandler.Step;
import io.meshkit.domain.kernel.Reply;
import io.meshkit.domain.kernel.Rows;
import io.meshkit.domain.kernel.Work;
import io.meshkit.domain.records.TokenKind;
import io.meshkit.v1.AccessToken;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.RevokeTokenBatchRequest;
import io.meshkit.v1.RevokeTokenBatchResponse;
import io.meshkit.v1.RevokeTokenRequest;

/** Revokes all tokens of a batch at once, under one revision. A batch without tokens is no error. */
final class RevokeTokenBatchHandler implements CommandHandler<RevokeTokenBatchRequest> {
    private final RecordHandler<RevokeTokenRequest, AccessToken> one;

    /** @param one revokes one token */
    RevokeTokenBatchHandler(RecordHandler<RevokeTokenRequest, AccessToken> one) {
        this.one = one;
    }

    @Override
    public RevokeTokenBatchRequest requestPrototype() {
        return RevokeTokenBatchRequest.getDefaultInstance();
    }

    @Override
    public RevokeTokenBatchResponse responsePrototype() {
        return RevokeTokenBatchResponse.getDefaultInstance();
    }

    @Override
    public void check(RevokeTokenBatchRequest request, Check check) {
        check.id("batchId", request.getBatchId());
    }

    @Override
    public Reply decide(Work work, RevokeTokenBatchRequest request) {
        long revoked = 0;
        for (String id : Rows.names(work.view(), TokenKind.byBatchPrefix(request.getBatchId()))) {
            Step step = one.step(work, RevokeTokenRequest.newBuilder().setId(id).build());
            if (step instanceof Step.Refused(ErrorDetail error)) {
                return new Reply.Rejected(error);
            }
            revoked++;
        }
        return new Reply.Accepted(
                RevokeTokenBatchResponse.newBuilder().setRevoked(revoked), "", work.nextRevision() - 1);
    }
}
