package io.meshkit.server.bootstrap;

import io.meshkit.raft.Member;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.server.verbs.LeaderProposals;
import io.meshkit.server.verbs.Minting.Minted;
import io.meshkit.server.verbs.Minting.Minter;
import io.meshkit.server.verbs.NodeVerbs;
import io.meshkit.v1.IssuingPolicy;
import io.meshkit.v1.NodeEndpoint;
import io.meshkit.v1.PutIssuingPolicyRequest;
import io.meshkit.v1.RevokeCertificatesRequest;
import io.omnirelay.transport.Route;
import io.omnirelay.transport.Route.Response;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A node's part in bootstrap, put together. Thread: any number. */
public final class Bootstrapping {
    /** Open to everybody: it tells what every TLS client of the registry knows. */
    static final String ANCHOR_PATH = "/meshkit/bootstrap/anchor";

    private final String quorumId;
    private final Trust trust;
    private final JoinTokens tokens;
    private final Joins joins;

    /** @param members as they are now */
    public Bootstrapping(ServerConfig config, SecureRandom random, Supplier<List<Member>> members) {
        ServerConfig.Bootstrap settings = config.bootstrap();
        this.quorumId = config.clusterId().toString();
        this.trust = new Trust(settings.serverTrust(), "bootstrap.server-trust");
        MemberAuthority authority = new MemberAuthority(
                Issuer.ofMembers(settings.memberIssuerCertificate(), settings.memberIssuerKey()),
                config.clusterName(),
                new Trust(config.raftTls().ca(), "tls.raft.ca"),
                new Trust(config.clientTls().ca(), "tls.client.ca"),
                trust,
                members);
        this.tokens = new JoinTokens(random, quorumId, trust, authority);
        this.joins = new Joins(
                random,
                quorumId,
                Issuer.ofWorkloads(settings.issuerCertificate(), settings.issuerKey()),
                authority,
                trust,
                new PossessionAttestor(quorumId),
                () -> members.get().stream()
                        .flatMap(member -> endpoint(member).stream())
                        .toList(),
                new JoinRate(settings.joinsPerSecond(), System::nanoTime));
    }

    /** What other members are answered that renew their certificates. */
    public RenewalAnswers renewals(LeaderProposals proposals) {
        return new RenewalAnswers(joins, proposals);
    }

    /** By the request message's full name. */
    public Map<String, Minter> minters() {
        Map<String, Minter> all = new HashMap<>(tokens.minters());
        all.putAll(joins.minters());
        all.put(
                NodeVerbs.name(RevokeCertificatesRequest.getDefaultInstance()),
                (request, principal) -> revoke((RevokeCertificatesRequest) request));
        all.put(
                NodeVerbs.name(PutIssuingPolicyRequest.getDefaultInstance()),
                (request, principal) -> policy((PutIssuingPolicyRequest) request));
        return all;
    }

    private Minted policy(PutIssuingPolicyRequest request) {
        PutIssuingPolicyRequest.Builder whole = request.toBuilder();
        IssuingPolicy.Builder policy = whole.getIssuingPolicyBuilder();
        for (int i = 0; i < policy.getSpiffeIdsCount(); i++) {
            policy.setSpiffeIds(i, SpiffePaths.complete(quorumId, policy.getSpiffeIds(i)));
        }
        return new Minted(whole.build(), UnaryOperator.identity());
    }

    /** The SPIFFE id whole, as certificates have it. */
    private Minted revoke(RevokeCertificatesRequest request) {
        return new Minted(
                request.hasSpiffeId()
                        ? request.toBuilder()
                                .setSpiffeId(SpiffePaths.complete(quorumId, request.getSpiffeId()))
                                .build()
                        : request,
                UnaryOperator.identity());
    }

    /** Where whoever joins finds the certificates that its token names by hash. */
    public Route anchor() {
        return new Route(ANCHOR_PATH, request -> Response.text(200, "quorum: " + quorumId + "\n" + trust.anchorPem()));
    }

    private static Optional<NodeEndpoint> endpoint(Member member) {
        int https = port(member.addresses().https());
        int grpc = port(member.addresses().grpc());
        return https == 0 || grpc == 0
                ? Optional.empty()
                : Optional.of(NodeEndpoint.newBuilder()
                        .setNode(member.id().value())
                        .setHost(member.host())
                        .setHttpsPort(https)
                        .setGrpcPort(grpc)
                        .build());
    }

    private static int port(String address) {
        try {
            return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
