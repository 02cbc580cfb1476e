package io.meshkit.server.verbs;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.server.access.Principal;
import io.meshkit.server.access.TokenText;
import io.meshkit.v1.IssueTokenRequest;
import io.meshkit.v1.IssueTokenResponse;
import java.security.SecureRandom;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Decides what is random or secret about a mutation, before it stands in the log: there only what every node may
 * know. Thread: any number.
 */
public final class Minting {
    private final SecureRandom random;
    private final Map<String, Minter> more;

    /** Does the same for one verb. */
    @FunctionalInterface
    public interface Minter {
        /** @throws RegistryException if the request must not go into the log as it is */
        Minted mint(Message request, Principal principal);
    }

    /** @param more those of other nouns, by the request message's full name */
    public Minting(SecureRandom random, Map<String, Minter> more) {
        this.random = random;
        this.more = Map.copyOf(more);
    }

    /**
     * A request as it goes into the log.
     *
     * @param completion adds to the answer what is for the caller alone
     */
    public record Minted(Message request, UnaryOperator<Message> completion) {
        Message complete(Message response) {
            return completion.apply(response);
        }
    }

    /** @throws RegistryException INVALID_REQUEST if the caller has decided what only the registry may */
    Minted mint(Message request, Principal principal) {
        if (request instanceof IssueTokenRequest issue) {
            return token(issue);
        }
        Minter minter = more.get(request.getDescriptorForType().getFullName());
        return minter == null ? new Minted(request, UnaryOperator.identity()) : minter.mint(request, principal);
    }

    private Minted token(IssueTokenRequest request) {
        if (!request.getTokenId().isEmpty() || !request.getSecretSha256().isEmpty()) {
            throw new RegistryException(RegistryException.detail(
                            ErrorCode.INVALID_REQUEST,
                            "the request names the token's id or secret",
                            "leave both out: the registry makes them")
                    .setField("tokenId")
                    .build());
        }
        TokenText.Minted token = TokenText.mint(random);
        Message minted = request.toBuilder()
                .setTokenId(token.id())
                .setSecretSha256(token.sha256())
                .build();
        return new Minted(minted, response -> {
            IssueTokenResponse answered = (IssueTokenResponse) response;
            // An answer to an earlier attempt is about a token whose secret this node never knew.
            boolean ours = answered.getToken().getId().equals(token.id())
                    && !answered.getResult().getDryRun();
            return ours ? answered.toBuilder().setSecret(token.text()).build() : answered;
        });
    }
}
