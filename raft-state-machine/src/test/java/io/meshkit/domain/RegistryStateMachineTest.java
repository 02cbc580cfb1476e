package io.meshkit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.v1.Peer;
import io.meshkit.v1.RegisterPeerRequest;
import org.junit.jupiter.api.Test;

class RegistryStateMachineTest {
    @Test
    void apply_firstCommand_makesRevisionOne() {
        try (Registry registry = new Registry()) {
            var answer = registry.mutate(RegisterPeerRequest.newBuilder()
                    .setPeer(Peer.newBuilder().setId("p1"))
                    .build());
            assertThat(answer.error()).isNull();
            assertThat(answer.result().getRevision()).isEqualTo(1);
            assertThat(answer.result().getEtag()).isEqualTo("\"1\"");
            assertThat(StateMeta.revision(registry.store)).isEqualTo(1);
            assertThat(registry.journal).hasSize(1);
        }
    }
}
