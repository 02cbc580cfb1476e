package io.meshkit.client;

import com.google.protobuf.ByteString;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.PossessionProof;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.Attestation;
import io.meshkit.v1.BootstrapServiceGrpc;
import io.meshkit.v1.JoinRequest;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.MutationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a join token into an identity. The private key is made here and goes nowhere.
 *
 * <p>Nothing secret is sent before the server has been checked: its certificate must lead to one of those whose hash the
 * token carries. Servers are asked in turn, until one can answer; all are asked for the same, so that the token is used
 * once. Blocks its caller. Thread-safe.
 */
public final class Joiner {
    /** The settings that one node may have and another not. */
    private static final Set<String> ISSUERS = Set.of("bootstrap.issuer", "bootstrap.member-issuer");

    private final List<Endpoint> servers;

    /**
     * What to ask for.
     *
     * @param spiffeId whole, or its path; empty: the one that the token is for
     * @param lifetime null: as long as the token allows
     * @param facts    what the workload says of itself
     */
    public record Wish(String spiffeId, @Nullable Duration lifetime, Map<String, String> facts) {
        public Wish {
            facts = Map.copyOf(facts);
        }
    }

    /** @param servers with the HTTPS port, and as gRPC port that or the gRPC port; at least one */
    public Joiner(List<Endpoint> servers) {
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("name at least one server");
        }
        this.servers = List.copyOf(servers);
    }

    /**
     * @throws RegistryException UNAUTHENTICATED if the token does not hold or a server is not of the token's quorum,
     *     and whatever else the registry says
     */
    public JoinedIdentity join(JoinTicket ticket, Wish wish) {
        return join(ticket, wish, JoinAttempt.fresh());
    }

    /**
     * As the other, for whoever keeps what it asks with: the same attempt has the same outcome, as long as the registry
     * remembers it.
     *
     * @param attempt of this ticket and wish and no other
     */
    public JoinedIdentity join(JoinTicket ticket, Wish wish, JoinAttempt attempt) {
        RegistryException last = null;
        for (Endpoint server : servers) {
            try {
                return ask(server, ticket, wish, attempt);
            } catch (RegistryException e) {
                if (!mayBeOtherElsewhere(e)) {
                    throw e;
                }
                last = e;
            } catch (IOException | GeneralSecurityException e) {
                last = RegistryException.of(
                        ErrorCode.NO_LEADER,
                        server.host() + ":" + server.httpsPort() + " cannot be asked: " + e.getMessage(),
                        "check the address, and whether the node runs",
                        e);
            }
        }
        throw last == null ? new IllegalStateException("no server") : last;
    }

    /** Whether another server, or the same one later, may answer otherwise. */
    public static boolean mayBeOtherElsewhere(RegistryException e) {
        return ISSUERS.contains(e.detail().getField())
                || switch (e.code()) {
                    case NO_LEADER, NO_QUORUM, LEADERSHIP_LOST, DEADLINE_EXCEEDED, OVERLOADED, INTERNAL -> true;
                    default -> false;
                };
    }

    private static JoinedIdentity ask(Endpoint server, JoinTicket ticket, Wish wish, JoinAttempt attempt)
            throws IOException, GeneralSecurityException {
        KeyPair keys = attempt.keys();
        TrustAnchor shown = TrustAnchor.unverified(server);
        if (!shown.sha256().equals(ticket.anchorSha256())) {
            throw RegistryException.of(
                    ErrorCode.UNAUTHENTICATED,
                    server.host() + ":" + server.httpsPort() + " is not of the quorum that issued the join token;"
                            + " the token was not sent",
                    "check the server's address and the token; after a change of the servers' CA, ask for another"
                            + " token");
        }
        String quorumId = shown.verified(server).quorumId();
        String key = Pkcs10.keySha256(keys);
        JoinRequest.Builder request = JoinRequest.newBuilder()
                .setOptions(MutationOptions.newBuilder().setRequestId(attempt.requestId()))
                .setCertificateRequest(Pkcs10.pem(keys))
                .setSpiffeId(wish.spiffeId())
                .setAttestation(Attestation.newBuilder()
                        .putAllFacts(wish.facts())
                        .setSignature(ByteString.copyFrom(Pkcs10.sign(
                                keys.getPrivate(),
                                PossessionProof.ofJoin(quorumId, ticket.id(), wish.spiffeId(), key)))));
        if (wish.lifetime() != null) {
            request.setLifetime(RegistryException.millis(wish.lifetime().toMillis()));
        }
        return new JoinedIdentity(keys, send(server, shown, ticket, request.build()));
    }

    private static JoinResponse send(Endpoint server, TrustAnchor anchor, JoinTicket ticket, JoinRequest request)
            throws IOException {
        Path ca = Files.createTempFile("meshkit-anchor", ".pem");
        try {
            Files.writeString(ca, anchor.pem());
            try (MeshKitClient client = MeshKitClient.builder()
                    .endpoint(server)
                    .ca(ca)
                    .transport(TransportMode.GRPC)
                    .bearerToken(ticket::bearer)
                    .build()) {
                return client.call(BootstrapServiceGrpc.getJoinMethod(), request);
            }
        } finally {
            Files.deleteIfExists(ca);
        }
    }
}
