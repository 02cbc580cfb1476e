package io.meshkit.client;

import io.meshkit.v1.AccessServiceGrpc;
import io.meshkit.v1.AccessToken;
import io.meshkit.v1.Binding;
import io.meshkit.v1.BindingMutationResponse;
import io.meshkit.v1.CanIRequest;
import io.meshkit.v1.CanIResponse;
import io.meshkit.v1.DeleteRoleRequest;
import io.meshkit.v1.GetBindingRequest;
import io.meshkit.v1.GetRoleRequest;
import io.meshkit.v1.GetTokenRequest;
import io.meshkit.v1.GrantAccessRequest;
import io.meshkit.v1.IssueTokenRequest;
import io.meshkit.v1.IssueTokenResponse;
import io.meshkit.v1.ListBindingsRequest;
import io.meshkit.v1.ListRolesRequest;
import io.meshkit.v1.ListTokensRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PutRoleRequest;
import io.meshkit.v1.RevokeAccessRequest;
import io.meshkit.v1.RevokeTokenBatchRequest;
import io.meshkit.v1.RevokeTokenBatchResponse;
import io.meshkit.v1.RevokeTokenRequest;
import io.meshkit.v1.Role;
import io.meshkit.v1.RoleMutationResponse;
import io.meshkit.v1.TokenMutationResponse;
import java.util.stream.Stream;

/** The verbs of roles, bindings and tokens: who may do what. */
public final class AccessApi {
    private final MeshKitClient client;

    AccessApi(MeshKitClient client) {
        this.client = client;
    }

    /** A role of one's own; the built-in ones are no records. */
    public Role role(String name) {
        return client.call(
                        AccessServiceGrpc.getGetRoleMethod(),
                        GetRoleRequest.newBuilder().setName(name).build())
                .getRole();
    }

    /** All that match, in order of name, fetched page by page. */
    public Stream<Role> roles(ListRolesRequest request) {
        return client.pages(AccessServiceGrpc.getListRolesMethod(), request).records(Role.class);
    }

    /** Makes the role, or replaces the one of its name. */
    public RoleMutationResponse putRole(PutRoleRequest request) {
        return client.call(AccessServiceGrpc.getPutRoleMethod(), request);
    }

    public RoleMutationResponse deleteRole(DeleteRoleRequest request) {
        return client.call(AccessServiceGrpc.getDeleteRoleMethod(), request);
    }

    public Binding binding(String id) {
        return client.call(
                        AccessServiceGrpc.getGetBindingMethod(),
                        GetBindingRequest.newBuilder().setId(id).build())
                .getBinding();
    }

    /** All that match, in order of id, fetched page by page. */
    public Stream<Binding> bindings(ListBindingsRequest request) {
        return client.pages(AccessServiceGrpc.getListBindingsMethod(), request).records(Binding.class);
    }

    /** Makes the binding, or replaces the one with its id. */
    public BindingMutationResponse grant(GrantAccessRequest request) {
        return client.call(AccessServiceGrpc.getGrantAccessMethod(), request);
    }

    /** Takes the binding away: whatever is applied after the answer's revision is decided without it. */
    public BindingMutationResponse revoke(RevokeAccessRequest request) {
        return client.call(AccessServiceGrpc.getRevokeAccessMethod(), request);
    }

    /** Never with its secret. */
    public AccessToken token(String id) {
        return client.call(
                        AccessServiceGrpc.getGetTokenMethod(),
                        GetTokenRequest.newBuilder().setId(id).build())
                .getToken();
    }

    /** All that match, in order of id, fetched page by page; never with their secrets. */
    public Stream<AccessToken> tokens(ListTokensRequest request) {
        return client.pages(AccessServiceGrpc.getListTokensMethod(), request).records(AccessToken.class);
    }

    /**
     * Issues a token.
     *
     * @return with the secret, which is shown this once. If an attempt's answer was lost on the way, the repeated one
     *     names the token and has no secret: revoke it and issue another.
     */
    public IssueTokenResponse issueToken(IssueTokenRequest request) {
        return client.call(AccessServiceGrpc.getIssueTokenMethod(), request);
    }

    public TokenMutationResponse revokeToken(String id, MutationOptions options) {
        return client.call(
                AccessServiceGrpc.getRevokeTokenMethod(),
                RevokeTokenRequest.newBuilder().setId(id).setOptions(options).build());
    }

    /** Revokes all tokens of a batch under one revision; a batch without tokens is no error. */
    public RevokeTokenBatchResponse revokeTokens(String batchId, MutationOptions options) {
        return client.call(
                AccessServiceGrpc.getRevokeTokenBatchMethod(),
                RevokeTokenBatchRequest.newBuilder()
                        .setBatchId(batchId)
                        .setOptions(options)
                        .build());
    }

    /** Whether a verb would be allowed, and by which bindings or why not; changes nothing. */
    public CanIResponse canI(CanIRequest request) {
        return client.call(AccessServiceGrpc.getCanIMethod(), request);
    }
}
