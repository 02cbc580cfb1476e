package io.meshkit.domain.bootstrap;

import static io.meshkit.domain.records.JoinTokenKind.JOIN_TOKEN;
import static io.meshkit.domain.records.RevocationKind.REVOCATION;

import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.RecordHandler.Step;
import io.meshkit.domain.kernel.Reply;
import io.meshkit.domain.kernel.Rows;
import io.meshkit.domain.kernel.Work;
import io.meshkit.domain.records.JoinTokenKind;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.JoinToken;
import io.meshkit.v1.RevokeJoinTokenBatchRequest;
import io.meshkit.v1.RevokeJoinTokenBatchResponse;
import io.meshkit.v1.RevokeJoinTokenRequest;

/**
 * Revokes all join tokens of a batch at once, under one revision, and for as long as certificates that were made with
 * them can live keeps in mind that they are not renewed. A batch without tokens is no error.
 */
final class RevokeJoinTokenBatchHandler implements CommandHandler<RevokeJoinTokenBatchRequest> {
    private final RecordHandler<RevokeJoinTokenRequest, JoinToken> one;

    /** @param one revokes one token */
    RevokeJoinTokenBatchHandler(RecordHandler<RevokeJoinTokenRequest, JoinToken> one) {
        this.one = one;
    }

    @Override
    public RevokeJoinTokenBatchRequest requestPrototype() {
        return RevokeJoinTokenBatchRequest.getDefaultInstance();
    }

    @Override
    public RevokeJoinTokenBatchResponse responsePrototype() {
        return RevokeJoinTokenBatchResponse.getDefaultInstance();
    }

    @Override
    public void check(RevokeJoinTokenBatchRequest request, Check check) {
        check.id("batchId", request.getBatchId());
    }

    @Override
    public Reply decide(Work work, RevokeJoinTokenBatchRequest request) {
        long revoked = 0;
        for (String id : Rows.names(work.view(), JoinTokenKind.byBatchPrefix(request.getBatchId()))) {
            JoinToken token = JOIN_TOKEN.get(work.view(), JOIN_TOKEN.ref(id));
            if (token == null || token.hasRevokedAt()) {
                continue;
            }
            Step step =
                    one.step(work, RevokeJoinTokenRequest.newBuilder().setId(id).build());
            if (step instanceof Step.Refused(ErrorDetail error)) {
                return new Reply.Rejected(error);
            }
            revoked++;
        }
        if (revoked > 0 && !Revocations.hasEnded(work, request.getBatchId())) {
            work.create(
                    REVOCATION.ofBatch(request.getBatchId()),
                    Revocations.ofBatch(work, request.getBatchId())
                            .setRenewalOnly(true)
                            .build());
        }
        return new Reply.Accepted(
                RevokeJoinTokenBatchResponse.newBuilder().setRevoked(revoked), "", work.nextRevision() - 1);
    }
}
