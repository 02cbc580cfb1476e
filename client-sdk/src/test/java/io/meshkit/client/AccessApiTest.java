package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.AccessServiceGrpc;
import io.meshkit.v1.AccessToken;
import io.meshkit.v1.Binding;
import io.meshkit.v1.CanIRequest;
import io.meshkit.v1.CanIResponse;
import io.meshkit.v1.IssueTokenRequest;
import io.meshkit.v1.IssueTokenResponse;
import io.meshkit.v1.ListBindingsRequest;
import io.meshkit.v1.ListBindingsResponse;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.RevokeAccessRequest;
import io.meshkit.v1.RevokeTokenBatchRequest;
import io.meshkit.v1.RevokeTokenBatchResponse;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessApiTest {
    @TempDir
    Path directory;

    private FakeNode node;
    private MeshKitClient client;

    @BeforeEach
    void start() {
        node = new FakeNode("node-1", TestTls.create(directory));
        client = node.client();
    }

    @AfterEach
    void stop() {
        client.close();
        node.close();
    }

    @Test
    void issueToken_givesTheSecret_underOneRequestIdForAllAttempts() {
        AtomicInteger attempts = new AtomicInteger();
        node.on(AccessServiceGrpc.getIssueTokenMethod(), q -> {
            if (attempts.incrementAndGet() == 1) {
                throw RegistryException.of(ErrorCode.LEADERSHIP_LOST, "as the test says", "");
            }
            return IssueTokenResponse.newBuilder()
                    .setToken(AccessToken.newBuilder().setId("t-1").setPrincipal(q.getPrincipal()))
                    .setSecret("mkr_t-1_secret")
                    .build();
        });
        IssueTokenResponse issued = client.access()
                .issueToken(IssueTokenRequest.newBuilder().setPrincipal("ci").build());
        assertThat(issued.getSecret()).isEqualTo("mkr_t-1_secret");
        assertThat(issued.getToken().getPrincipal()).isEqualTo("ci");
        assertThat(node.requests())
                .hasSize(2)
                .extracting(
                        request -> ((IssueTokenRequest) request).getOptions().getRequestId())
                .doesNotContain("")
                .allMatch(id -> id.equals(((IssueTokenRequest) node.requests().get(0))
                        .getOptions()
                        .getRequestId()));
    }

    @Test
    void bindings_comeFromAllPages() {
        node.on(AccessServiceGrpc.getListBindingsMethod(), q -> {
            ListBindingsResponse.Builder page = ListBindingsResponse.newBuilder();
            return q.getPage().getCursor().isEmpty()
                    ? page.addBindings(Binding.newBuilder().setId("a"))
                            .setNextCursor("next")
                            .build()
                    : page.addBindings(Binding.newBuilder().setId("b")).build();
        });
        assertThat(client.access().bindings(ListBindingsRequest.getDefaultInstance()))
                .extracting(Binding::getId)
                .containsExactly("a", "b");
    }

    @Test
    void revoke_forbidden_isNotRepeated() {
        node.on(AccessServiceGrpc.getRevokeAccessMethod(), q -> {
            throw RegistryException.of(ErrorCode.FORBIDDEN, "you may not", "");
        });
        assertThatThrownBy(() -> client.access()
                        .revoke(RevokeAccessRequest.newBuilder().setId("b").build()))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN));
        assertThat(node.requests()).hasSize(1);
    }

    @Test
    void revokeTokens_namesTheBatchAndTheOptions() {
        node.on(
                AccessServiceGrpc.getRevokeTokenBatchMethod(),
                q -> RevokeTokenBatchResponse.newBuilder().setRevoked(3).build());
        MutationOptions options =
                MutationOptions.newBuilder().setReason("leaked").build();
        assertThat(client.access().revokeTokens("batch-1", options).getRevoked())
                .isEqualTo(3);
        RevokeTokenBatchRequest sent = (RevokeTokenBatchRequest) node.requests().get(0);
        assertThat(sent.getBatchId()).isEqualTo("batch-1");
        assertThat(sent.getOptions().getReason()).isEqualTo("leaked");
    }

    @Test
    void canI_isRepeatedOnATransientFailure() {
        AtomicInteger attempts = new AtomicInteger();
        node.on(AccessServiceGrpc.getCanIMethod(), q -> {
            if (attempts.incrementAndGet() == 1) {
                throw RegistryException.of(ErrorCode.NO_LEADER, "as the test says", "");
            }
            return CanIResponse.newBuilder().setReason("may not").build();
        });
        CanIResponse answer = client.access()
                .canI(CanIRequest.newBuilder().setVerb("CordonPeer").build());
        assertThat(answer.getAllowed()).isFalse();
        assertThat(answer.getReason()).isEqualTo("may not");
        assertThat(attempts).hasValue(2);
    }
}
