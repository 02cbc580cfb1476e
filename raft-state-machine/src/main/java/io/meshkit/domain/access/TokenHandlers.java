package io.meshkit.domain.access;

import static io.meshkit.domain.records.TokenKind.TOKEN;

import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.v1.AccessToken;
import io.meshkit.v1.RevokeTokenRequest;
import io.meshkit.v1.TokenMutationResponse;
import java.util.List;

/** The verbs on tokens that the registry issues. */
public final class TokenHandlers {
    private TokenHandlers() {}

    public static List<CommandHandler<?>> all() {
        RecordHandler<RevokeTokenRequest, AccessToken> revoke = RecordHandler.changing(
                TOKEN,
                RevokeTokenRequest.getDefaultInstance(),
                TokenMutationResponse.getDefaultInstance(),
                request -> TOKEN.ref(request.getId()),
                (request, check) -> check.id("id", request.getId()),
                (work, request, current) -> Decision.remove());
        return List.of(new IssueTokenHandler(), revoke, new RevokeTokenBatchHandler(revoke));
    }
}
