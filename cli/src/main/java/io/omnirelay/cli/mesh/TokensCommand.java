package io.omnirelay.cli.mesh;

import io.meshkit.v1.AccessServiceGrpc;
import io.meshkit.v1.AccessToken;
import io.meshkit.v1.GetTokenRequest;
import io.meshkit.v1.GetTokenResponse;
import io.meshkit.v1.IssueTokenRequest;
import io.meshkit.v1.IssueTokenResponse;
import io.meshkit.v1.ListTokensRequest;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.RevokeTokenBatchRequest;
import io.meshkit.v1.RevokeTokenRequest;
import io.omnirelay.cli.output.Format;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh access tokens}. */
@Command(name = "tokens", description = "Bearer tokens that the registry issues.", synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class TokensCommand {
    private static final String ID = "The token's id, as the list shows it: not its secret.";

    @ParentCommand
    AccessCommand access;

    @Command(description = "Lists tokens in order of id; never a secret.")
    int list(
            @Mixin ListFlags flags,
            @Option(names = "--principal", paramLabel = "PRINCIPAL", description = "Exactly this one.") @Nullable
                    String principal,
            @Option(names = "--batch", paramLabel = "ID", description = "Exactly this one.") @Nullable String batch,
            @Option(names = "--search", paramLabel = "TEXT", description = "Part of the id.") @Nullable String search) {
        return access.mesh.list(
                AccessServiceGrpc.getListTokensMethod(),
                ListTokensRequest.newBuilder()
                        .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                        .setPrincipal(Texts.of(principal))
                        .setBatchId(Texts.of(batch))
                        .setSearch(Texts.of(search))
                        .build(),
                AccessToken.class,
                AccessTexts.TOKENS,
                flags);
    }

    @Command(description = "Shows one token; never its secret.")
    int get(@Parameters(paramLabel = "ID", description = ID) String id) {
        return access.mesh.show(
                AccessServiceGrpc.getGetTokenMethod(),
                GetTokenRequest.newBuilder().setId(id).build(),
                GetTokenResponse::getToken);
    }

    @Command(
            description = {
                "Issues a token. Its secret is printed here and never again.",
                "It can do what is bound to its principal and groups: see bindings grant."
            })
    int issue(
            @Parameters(paramLabel = "PRINCIPAL", description = "Who its bearer is.") String principal,
            @Option(
                            names = "--group",
                            paramLabel = "GROUP",
                            split = ",",
                            description = "A group that its bearer is in. Repeatable.")
                    @Nullable
                    List<String> groups,
            @Option(names = "--ttl", paramLabel = "TIME", description = "1s to 366d. Default: 30d.") @Nullable
                    String ttl,
            @Option(names = "--batch", paramLabel = "ID", description = "Tokens that can be revoked together.")
                    @Nullable
                    String batch,
            @Option(
                            names = "--scope-max",
                            paramLabel = "SCOPE",
                            description = "The widest scope that it can use, whatever its principal holds, for example"
                                    + " mesh.read. Default: no limit of its own.")
                    @Nullable
                    String scopeMax,
            @Option(names = "--description", paramLabel = "TEXT") @Nullable String description,
            @Option(names = "--secret-only", description = "Print the secret and nothing else, for a file or a pipe.")
                    boolean secretOnly,
            @Mixin MutationFlags flags) {
        SecretOnce.check(secretOnly, flags);
        IssueTokenRequest.Builder request = IssueTokenRequest.newBuilder()
                .setPrincipal(principal)
                .addAllGroups(Texts.of(groups))
                .setBatchId(Texts.of(batch))
                .setDescription(Texts.of(description));
        if (ttl != null) {
            request.setTtl(Texts.duration("--ttl", ttl));
        }
        if (scopeMax != null) {
            request.setScopeMaxValue(AccessTexts.scope(scopeMax));
        }
        return new SecretOnce<>(
                        access.mesh,
                        (IssueTokenResponse issued) ->
                                "token " + issued.getToken().getId(),
                        IssueTokenResponse::getSecret,
                        IssueTokenResponse::getResult)
                .issue(AccessServiceGrpc.getIssueTokenMethod(), request.build(), secretOnly, flags);
    }

    @Command(description = "Revokes a token at once, on every node.")
    int revoke(@Parameters(paramLabel = "ID", description = ID) String id, @Mixin MutationFlags flags) {
        return access.mesh.mutate(
                AccessServiceGrpc.getRevokeTokenMethod(),
                RevokeTokenRequest.newBuilder().setId(id).build(),
                flags,
                "revoke",
                id);
    }

    @Command(name = "revoke-batch", description = "Revokes all tokens of a batch at once, under one revision.")
    int revokeBatch(
            @Parameters(paramLabel = "BATCH", description = "As it was given to issue.") String batch,
            @Mixin MutationFlags flags) {
        flags.confirm("revoke", batch, access.mesh.streams());
        return access.mesh.mutate(
                AccessServiceGrpc.getRevokeTokenBatchMethod(),
                RevokeTokenBatchRequest.newBuilder().setBatchId(batch).build(),
                flags,
                response -> {
                    if (access.mesh.global().format() == Format.TABLE) {
                        access.mesh.streams().out().println("tokens of the batch: " + response.getRevoked());
                    }
                });
    }
}
