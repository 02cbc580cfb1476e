package io.meshkit.domain.bootstrap;

import static io.meshkit.domain.records.JoinTokenKind.JOIN_TOKEN;

import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.Work;
import io.meshkit.v1.JoinToken;
import io.meshkit.v1.JoinTokenMutationResponse;
import io.meshkit.v1.RevokeJoinTokenRequest;
import java.util.List;

/** The verbs on join tokens. */
public final class JoinTokenHandlers {
    private JoinTokenHandlers() {}

    public static List<CommandHandler<?>> all() {
        RecordHandler<RevokeJoinTokenRequest, JoinToken> revoke = RecordHandler.changing(
                JOIN_TOKEN,
                RevokeJoinTokenRequest.getDefaultInstance(),
                JoinTokenMutationResponse.getDefaultInstance(),
                request -> JOIN_TOKEN.ref(request.getId()),
                (request, check) -> check.id("id", request.getId()),
                (work, request, current) -> Decision.put(revoked(work, current)));
        return List.of(new IssueJoinTokenHandler(), revoke, new RevokeJoinTokenBatchHandler(revoke));
    }

    /** It stays until its end is past, so that whoever uses it is told that it was revoked. */
    static JoinToken revoked(Work work, JoinToken token) {
        return token.hasRevokedAt()
                ? token
                : token.toBuilder().setRevokedAt(work.time()).build();
    }
}
