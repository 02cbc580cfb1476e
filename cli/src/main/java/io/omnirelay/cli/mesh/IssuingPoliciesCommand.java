package io.omnirelay.cli.mesh;

import io.meshkit.v1.BootstrapServiceGrpc;
import io.meshkit.v1.DeleteIssuingPolicyRequest;
import io.meshkit.v1.GetIssuingPolicyRequest;
import io.meshkit.v1.GetIssuingPolicyResponse;
import io.meshkit.v1.IssuingPolicy;
import io.meshkit.v1.ListIssuingPoliciesRequest;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.PutIssuingPolicyRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh bootstrap policies}. */
@Command(
        name = "policies",
        description = {
            "What join tokens and certificates may say. Without a policy only the fixed limits count; with one or more,",
            "only what one of them covers is issued, and as much of it as the widest of those allows."
        },
        synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class IssuingPoliciesCommand {
    private static final String NAME = "The policy's name.";

    @ParentCommand
    BootstrapCommand bootstrap;

    /** What is left out is not narrowed. */
    static final class Fields {
        @Option(
                names = "--spiffe-id",
                paramLabel = "ID",
                split = ",",
                description = "Whole, or its path; /* at its end for any one segment, /** for all below. Repeatable.")
        @Nullable
        List<String> spiffeIds;

        @Option(names = "--role", paramLabel = "ROLE", split = ",", description = "Repeatable.")
        @Nullable
        List<String> roles;

        @Option(names = "--cluster", paramLabel = "ID", split = ",", description = "Repeatable.")
        @Nullable
        List<String> clusters;

        @Option(names = "--environment", paramLabel = "NAME", split = ",", description = "Repeatable.")
        @Nullable
        List<String> environments;

        @Option(names = "--ttl-max", paramLabel = "TIME", description = "Of a join token, 1s to 30d.")
        @Nullable
        String ttl;

        @Option(names = "--certificate-lifetime-max", paramLabel = "TIME", description = "Of a certificate, 1m to 90d.")
        @Nullable
        String lifetime;

        @Option(names = "--uses-max", paramLabel = "N", description = "Of a join token, 1 to 10000.")
        @Nullable
        Integer uses;

        @Option(names = "--description", paramLabel = "TEXT")
        @Nullable
        String description;
    }

    @Command(description = "Lists issuing policies in order of name.")
    int list(@Mixin ListFlags flags) {
        return bootstrap.mesh.list(
                BootstrapServiceGrpc.getListIssuingPoliciesMethod(),
                ListIssuingPoliciesRequest.newBuilder()
                        .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                        .build(),
                IssuingPolicy.class,
                BootstrapTexts.POLICIES,
                flags);
    }

    @Command(description = "Shows one issuing policy.")
    int get(@Parameters(paramLabel = "NAME", description = NAME) String name) {
        return bootstrap.mesh.show(
                BootstrapServiceGrpc.getGetIssuingPolicyMethod(),
                GetIssuingPolicyRequest.newBuilder().setName(name).build(),
                GetIssuingPolicyResponse::getIssuingPolicy);
    }

    @Command(
            description =
                    "Makes an issuing policy, or replaces the one of that name. The first one narrows everything.")
    int put(
            @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Mixin Fields fields,
            @Mixin MutationFlags flags) {
        IssuingPolicy.Builder policy = IssuingPolicy.newBuilder()
                .setName(name)
                .addAllSpiffeIds(Texts.of(fields.spiffeIds))
                .addAllRoles(Texts.of(fields.roles))
                .addAllClusterIds(Texts.of(fields.clusters))
                .addAllEnvironments(Texts.of(fields.environments))
                .setDescription(Texts.of(fields.description));
        if (fields.ttl != null) {
            policy.setTokenTtlMax(Texts.duration("--ttl-max", fields.ttl));
        }
        if (fields.lifetime != null) {
            policy.setCertificateLifetimeMax(Texts.duration("--certificate-lifetime-max", fields.lifetime));
        }
        if (fields.uses != null) {
            if (fields.uses < 1) {
                throw GlobalOptions.invalid("--uses-max", fields.uses.toString(), "1 to 10000");
            }
            policy.setTokenUsesMax(fields.uses);
        }
        return bootstrap.mesh.mutate(
                BootstrapServiceGrpc.getPutIssuingPolicyMethod(),
                PutIssuingPolicyRequest.newBuilder().setIssuingPolicy(policy).build(),
                flags);
    }

    @Command(description = "Deletes an issuing policy. After the last one only the fixed limits count again.")
    int delete(@Parameters(paramLabel = "NAME", description = NAME) String name, @Mixin MutationFlags flags) {
        return bootstrap.mesh.mutate(
                BootstrapServiceGrpc.getDeleteIssuingPolicyMethod(),
                DeleteIssuingPolicyRequest.newBuilder().setName(name).build(),
                flags,
                "delete",
                name);
    }
}
