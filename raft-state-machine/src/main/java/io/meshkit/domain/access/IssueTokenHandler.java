package io.meshkit.domain.access;

import static io.meshkit.domain.records.TokenKind.TOKEN;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.Reply;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.domain.records.TokenKind;
import io.meshkit.v1.AccessToken;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.IssueTokenRequest;
import io.meshkit.v1.IssueTokenResponse;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Issues a token. Its id and the hash of its secret were decided before the log; the secret itself never reaches
 * the domain.
 */
final class IssueTokenHandler implements CommandHandler<IssueTokenRequest> {
    private final RecordHandler<IssueTokenRequest, AccessToken> token = RecordHandler.creating(
            TOKEN,
            IssueTokenRequest.getDefaultInstance(),
            IssueTokenResponse.getDefaultInstance(),
            request -> TOKEN.ref(request.getTokenId()),
            IssueTokenHandler::checkRequest,
            IssueTokenHandler::issue);

    @Override
    public IssueTokenRequest requestPrototype() {
        return token.requestPrototype();
    }

    @Override
    public Message responsePrototype() {
        return token.responsePrototype();
    }

    @Override
    public void check(IssueTokenRequest request, Check check) {
        token.check(request, check);
    }

    /** Each attempt comes with another secret: a repeated one must find the token of the first. */
    @Override
    public IssueTokenRequest identity(IssueTokenRequest request) {
        return request.toBuilder().clearTokenId().clearSecretSha256().build();
    }

    @Override
    public Reply decide(Work work, IssueTokenRequest request) {
        return token.decide(work, request);
    }

    private static void checkRequest(IssueTokenRequest request, Check check) {
        AccessChecks.principal("principal", request.getPrincipal(), check);
        AccessChecks.groups("groups", request.getGroupsList(), check);
        if (request.hasTtl()) {
            check.duration("ttl", request.getTtl(), DomainLimits.TOKEN_TTL_MS_MIN, DomainLimits.TOKEN_TTL_MS_MAX);
        }
        check.optionalId("batchId", request.getBatchId())
                .knownOrUnset("scopeMax", request.getScopeMax())
                .text("description", request.getDescription())
                .id("tokenId", request.getTokenId())
                .secretSha256(request.getSecretSha256());
    }

    private static Decision<AccessToken> issue(Work work, IssueTokenRequest request, @Nullable AccessToken current) {
        if (current != null) {
            return Decision.refuse(Errors.alreadyExists(
                    "token", current.getId(), current.getMeta().getModRevision(), "try again"));
        }
        ErrorDetail full = TokenBatches.refusal(
                work,
                request.getBatchId(),
                TokenKind.byBatchPrefix(request.getBatchId()),
                DomainLimits.TOKENS_PER_BATCH_MAX,
                "tokens");
        if (full != null) {
            return Decision.refuse(full);
        }
        long ttlMs = request.hasTtl() ? Times.ms(request.getTtl()) : DomainLimits.TOKEN_TTL_MS_DEFAULT;
        TokenKind.putSecret(work, request.getTokenId(), request.getSecretSha256());
        return Decision.put(AccessToken.newBuilder()
                .setId(request.getTokenId())
                .setPrincipal(request.getPrincipal())
                .addAllGroups(new TreeSet<>(request.getGroupsList()))
                .setExpiresAt(Times.timestamp(work.timeMs() + ttlMs))
                .setBatchId(request.getBatchId())
                .setScopeMax(request.getScopeMax())
                .setDescription(request.getDescription())
                .build());
    }
}
