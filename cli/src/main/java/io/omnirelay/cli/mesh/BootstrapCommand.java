package io.omnirelay.cli.mesh;

import com.google.protobuf.ByteString;
import io.meshkit.v1.BootstrapServiceGrpc;
import io.meshkit.v1.GetCertificateRequest;
import io.meshkit.v1.GetCertificateResponse;
import io.meshkit.v1.GetJoinTokenRequest;
import io.meshkit.v1.GetJoinTokenResponse;
import io.meshkit.v1.IssueJoinTokenRequest;
import io.meshkit.v1.IssueJoinTokenResponse;
import io.meshkit.v1.JoinToken;
import io.meshkit.v1.ListCertificatesRequest;
import io.meshkit.v1.ListJoinTokensRequest;
import io.meshkit.v1.MemberIdentity;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.RevokeJoinTokenBatchRequest;
import io.meshkit.v1.RevokeJoinTokenRequest;
import io.meshkit.v1.WorkloadCertificate;
import io.omnirelay.cli.output.Format;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh bootstrap}. */
@Command(
        name = "bootstrap",
        description = "How workloads and new members get an identity: join tokens and certificates.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            JoinCommand.class,
            RenewCommand.class,
            RevokeCertificateCommand.class,
            IssuingPoliciesCommand.class
        })
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class BootstrapCommand {
    private static final String ID = "The token's id, as the list shows it: not its secret.";

    @ParentCommand
    MeshCommand mesh;

    /** For what a token is good. */
    static final class Purpose {
        @Option(names = "--role", paramLabel = "ROLE", description = "What the workload is, for example gateway.")
        @Nullable
        String role;

        @Option(
                names = "--member",
                paramLabel = "NODE",
                description = "For a new member of the quorum itself, of that node id, instead of a workload.")
        @Nullable
        String member;

        @Option(
                names = "--host",
                paramLabel = "HOST",
                split = ",",
                description = "With --member: by which names and addresses it is reached. 1 to 8.")
        @Nullable
        List<String> hosts;

        @Option(names = "--peer", paramLabel = "ID", description = "The one workload that may join. Default: any.")
        @Nullable
        String peer;

        @Option(
                names = "--spiffe-id",
                paramLabel = "ID",
                description = "Of the certificates: whole, or its path; /* at its end for any one segment. Default:"
                        + " workload/ROLE/PEER, without --peer workload/ROLE/*.")
        @Nullable
        String spiffeId;

        @Option(names = "--cluster", paramLabel = "ID", description = "Where the workload belongs.")
        String cluster = "";

        @Option(names = "--environment", paramLabel = "NAME", description = "For example production.")
        String environment = "";

        @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Of each certificate. Repeatable.")
        @Nullable
        Map<String, String> labels;

        IssueJoinTokenRequest.Builder request() {
            return IssueJoinTokenRequest.newBuilder(member == null ? ofWorkload() : ofMember(member))
                    .setClusterId(cluster)
                    .setEnvironment(environment)
                    .putAllLabels(labels == null ? Map.of() : labels);
        }

        private IssueJoinTokenRequest ofWorkload() {
            if (role == null) {
                throw GlobalOptions.invalid("--role", "", "the role of a workload, or --member for a member");
            }
            if (hosts != null) {
                throw GlobalOptions.invalid("--host", String.join(",", hosts), "it with --member only");
            }
            if (spiffeId != null && peer != null) {
                throw GlobalOptions.invalid("--peer", peer, "either --peer or --spiffe-id");
            }
            return IssueJoinTokenRequest.newBuilder()
                    .setRole(role)
                    .setSpiffeId(spiffeId != null ? spiffeId : "workload/" + role + "/" + (peer == null ? "*" : peer))
                    .build();
        }

        private IssueJoinTokenRequest ofMember(String node) {
            if (role != null || peer != null || spiffeId != null) {
                throw GlobalOptions.invalid("--member", node, "it without --role, --peer and --spiffe-id");
            }
            if (hosts == null) {
                throw GlobalOptions.invalid("--host", "", "by which names and addresses the member is reached");
            }
            return IssueJoinTokenRequest.newBuilder()
                    .setMember(MemberIdentity.newBuilder().setNode(node).addAllHosts(hosts))
                    .build();
        }
    }

    /** What a token can be used for at most, and what must be shown beside it. */
    static final class Bounds {
        @Option(names = "--uses", paramLabel = "N", description = "How often it can be used, 1 to 10000. Default: 1.")
        int uses = 1;

        @Option(names = "--ttl", paramLabel = "TIME", description = "1s to 30d. Default: 1h.")
        @Nullable
        String ttl;

        @Option(
                names = "--certificate-lifetime",
                paramLabel = "TIME",
                description = "The longest that a certificate may live, 1m to 90d. Default: 24h, of a member 90d.")
        @Nullable
        String lifetime;

        @Option(names = "--batch", paramLabel = "ID", description = "Tokens that can be revoked together.")
        String batch = "";

        @Option(
                names = "--expect",
                paramLabel = "FACT=VALUE",
                description = "What the workload must attest of itself, for example host=edge-7. Repeatable.")
        @Nullable
        Map<String, String> facts;

        @Option(
                names = "--expect-key",
                paramLabel = "SHA256",
                description = "The key that the workload must prove to have: SHA-256 of its SubjectPublicKeyInfo.")
        @Nullable
        String key;
    }

    @Command(
            name = "issue-token",
            description = {
                "Issues a join token. Its secret is printed here and never again.",
                "A workload that joins with it gets a certificate; what that may do is bound to its SPIFFE id: see"
                        + " access bindings grant.",
                "With --member it is for omnirelay quorum join, once. It makes nobody a member: quorum members add"
                        + " does."
            })
    int issueToken(
            @Mixin Purpose purpose,
            @Mixin Bounds bounds,
            @Option(names = "--description", paramLabel = "TEXT") @Nullable String description,
            @Option(names = "--secret-only", description = "Print the secret and nothing else, for a file or a pipe.")
                    boolean secretOnly,
            @Mixin MutationFlags flags) {
        SecretOnce.check(secretOnly, flags);
        if (bounds.uses < 1) {
            // Left out means 1 in the contract, which is not what somebody who types 0 asks for.
            throw GlobalOptions.invalid("--uses", Integer.toString(bounds.uses), "1 to 10000");
        }
        IssueJoinTokenRequest.Builder request = purpose.request()
                .setUsesMax(bounds.uses)
                .setBatchId(bounds.batch)
                .setDescription(Texts.of(description));
        if (bounds.ttl != null) {
            request.setTtl(Texts.duration("--ttl", bounds.ttl));
        }
        if (bounds.lifetime != null) {
            request.setCertificateLifetimeMax(Texts.duration("--certificate-lifetime", bounds.lifetime));
        }
        if (bounds.facts != null) {
            request.getExpectedBuilder().putAllFacts(bounds.facts);
        }
        if (bounds.key != null) {
            request.getExpectedBuilder().setPublicKeySha256(sha256(bounds.key));
        }
        return new SecretOnce<>(
                        mesh,
                        (IssueJoinTokenResponse issued) ->
                                "join token " + issued.getJoinToken().getId(),
                        IssueJoinTokenResponse::getSecret,
                        IssueJoinTokenResponse::getResult)
                .issue(BootstrapServiceGrpc.getIssueJoinTokenMethod(), request.build(), secretOnly, flags);
    }

    private static ByteString sha256(String hex) {
        try {
            return ByteString.copyFrom(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException e) {
            throw GlobalOptions.invalid("--expect-key", hex, "64 hex digits");
        }
    }

    @Command(description = {"Lists join tokens in order of id; never a secret.", "What has ended stays for a day."})
    int tokens(
            @Mixin ListFlags flags,
            @Option(names = "--role", paramLabel = "ROLE", description = "Exactly this one.") @Nullable String role,
            @Option(names = "--batch", paramLabel = "ID", description = "Exactly this one.") @Nullable String batch,
            @Option(names = "--search", paramLabel = "TEXT", description = "Part of the id or the SPIFFE id.") @Nullable
                    String search) {
        return mesh.list(
                BootstrapServiceGrpc.getListJoinTokensMethod(),
                ListJoinTokensRequest.newBuilder()
                        .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                        .setRole(Texts.of(role))
                        .setBatchId(Texts.of(batch))
                        .setSearch(Texts.of(search))
                        .build(),
                JoinToken.class,
                BootstrapTexts.TOKENS,
                flags);
    }

    @Command(description = "Shows one join token; never its secret.")
    int token(@Parameters(paramLabel = "ID", description = ID) String id) {
        return mesh.show(
                BootstrapServiceGrpc.getGetJoinTokenMethod(),
                GetJoinTokenRequest.newBuilder().setId(id).build(),
                GetJoinTokenResponse::getJoinToken);
    }

    @Command(
            name = "revoke-token",
            description = {
                "Revokes a join token, or all of a batch under one revision, at once on every node.",
                "Certificates made with it stay good; those of a batch are not renewed. See revoke-certificate."
            })
    int revokeToken(
            @Parameters(paramLabel = "ID", arity = "0..1", description = ID) @Nullable String id,
            @Option(names = "--batch", paramLabel = "ID", description = "All tokens of the batch instead.") @Nullable
                    String batch,
            @Mixin MutationFlags flags) {
        if (id != null && batch == null) {
            return mesh.mutate(
                    BootstrapServiceGrpc.getRevokeJoinTokenMethod(),
                    RevokeJoinTokenRequest.newBuilder().setId(id).build(),
                    flags,
                    "revoke",
                    id);
        }
        if (id != null || batch == null) {
            throw GlobalOptions.invalid("ID", Texts.of(id), "either a token's id or --batch");
        }
        flags.confirm("revoke", batch, mesh.streams());
        return mesh.mutate(
                BootstrapServiceGrpc.getRevokeJoinTokenBatchMethod(),
                RevokeJoinTokenBatchRequest.newBuilder().setBatchId(batch).build(),
                flags,
                response -> {
                    if (mesh.global().format() == Format.TABLE) {
                        mesh.streams().out().println("tokens of the batch: " + response.getRevoked());
                    }
                });
    }

    @Command(description = "Lists the certificates that joins have been given, in order of serial number.")
    int certificates(
            @Mixin ListFlags flags,
            @Option(names = "--spiffe-id", paramLabel = "ID", description = "Exactly this one.") @Nullable
                    String spiffeId,
            @Option(names = "--token", paramLabel = "ID", description = "Made with this join token.") @Nullable
                    String token,
            @Option(names = "--batch", paramLabel = "ID", description = "Made with tokens of this batch.") @Nullable
                    String batch,
            @Option(names = "--search", paramLabel = "TEXT", description = "Part of the serial number or SPIFFE id.")
                    @Nullable
                    String search) {
        return mesh.list(
                BootstrapServiceGrpc.getListCertificatesMethod(),
                ListCertificatesRequest.newBuilder()
                        .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                        .setSpiffeId(Texts.of(spiffeId))
                        .setTokenId(Texts.of(token))
                        .setBatchId(Texts.of(batch))
                        .setSearch(Texts.of(search))
                        .build(),
                WorkloadCertificate.class,
                BootstrapTexts.CERTIFICATES,
                flags);
    }

    @Command(description = "Shows one certificate: who has it, by which token, and what was attested.")
    int certificate(@Parameters(paramLabel = "SERIAL", description = "Hexadecimal, in lower case.") String serial) {
        return mesh.show(
                BootstrapServiceGrpc.getGetCertificateMethod(),
                GetCertificateRequest.newBuilder().setSerial(serial).build(),
                GetCertificateResponse::getCertificate);
    }
}
