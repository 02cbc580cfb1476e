package io.meshkit.server.bootstrap;

import com.google.protobuf.Message;
import io.meshkit.server.access.JoinTokenText;
import io.meshkit.server.access.TokenText;
import io.meshkit.server.verbs.Minting.Minted;
import io.meshkit.server.verbs.Minting.Minter;
import io.meshkit.server.verbs.NodeVerbs;
import io.meshkit.v1.IssueJoinTokenRequest;
import io.meshkit.v1.IssueJoinTokenResponse;
import java.security.SecureRandom;
import java.util.Map;

/** Makes the secrets of join tokens, and completes the SPIFFE ids that they are for. Thread: any number. */
public final class JoinTokens {
    private final SecureRandom random;
    private final String trustDomain;
    private final Trust trust;
    private final MemberAuthority members;

    /** @param trustDomain of all SPIFFE ids of this quorum */
    public JoinTokens(SecureRandom random, String trustDomain, Trust trust, MemberAuthority members) {
        this.random = random;
        this.trustDomain = trustDomain;
        this.trust = trust;
        this.members = members;
    }

    /** By the request message's full name. */
    public Map<String, Minter> minters() {
        return Map.of(
                NodeVerbs.name(IssueJoinTokenRequest.getDefaultInstance()),
                (request, principal) -> issue((IssueJoinTokenRequest) request));
    }

    private Minted issue(IssueJoinTokenRequest request) {
        if (!request.getTokenId().isEmpty() || !request.getSecretSha256().isEmpty()) {
            throw SpiffePaths.invalid(
                    "tokenId", "the request names the token's id or secret", "leave both out: the registry makes them");
        }
        if (request.hasMember()) {
            members.requireNew(request.getMember().getNode());
        }
        String spiffeId = request.hasMember() && request.getSpiffeId().isEmpty()
                ? SpiffePaths.ofMember(request.getMember().getNode())
                : request.getSpiffeId();
        TokenText.Minted token = JoinTokenText.mint(random, trust.anchorSha256());
        Message minted = request.toBuilder()
                .setSpiffeId(SpiffePaths.complete(trustDomain, spiffeId))
                .setTokenId(token.id())
                .setSecretSha256(token.sha256())
                .build();
        return new Minted(minted, response -> {
            IssueJoinTokenResponse answered = (IssueJoinTokenResponse) response;
            // An answer to an earlier attempt is about a token whose secret this node never knew.
            boolean ours = answered.getJoinToken().getId().equals(token.id())
                    && !answered.getResult().getDryRun();
            return ours ? answered.toBuilder().setSecret(token.text()).build() : answered;
        });
    }
}
