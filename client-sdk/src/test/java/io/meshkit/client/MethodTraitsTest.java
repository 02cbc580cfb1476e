package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.options.VerbKind;
import io.meshkit.v1.AccessServiceGrpc;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.ReadOptions;
import org.junit.jupiter.api.Test;

class MethodTraitsTest {

    @Test
    void of_mutation_isRepeatableButNotSafe() {
        MethodTraits traits = MethodTraits.of(PeerServiceGrpc.getCordonPeerMethod());
        assertThat(traits.kind()).isEqualTo(VerbKind.VERB_KIND_MUTATION);
        assertThat(traits.safe()).isFalse();
        assertThat(traits.repeatable()).isTrue();
    }

    @Test
    void of_nodeVerb_isRepeatableOnlyIfItIsAGetOrReads() {
        assertThat(MethodTraits.of(AccessServiceGrpc.getCanIMethod()).repeatable())
                .isTrue();
        assertThat(MethodTraits.of(QuorumServiceGrpc.getGetQuorumStatusMethod()).repeatable())
                .isTrue();
        assertThat(MethodTraits.of(QuorumServiceGrpc.getTransferLeadershipMethod())
                        .repeatable())
                .isFalse();
    }

    @Test
    void prefersLeader_read_onlyIfLinearizable() {
        MethodTraits traits = MethodTraits.of(PeerServiceGrpc.getGetPeerMethod());
        assertThat(traits.prefersLeader(GetPeerRequest.getDefaultInstance())).isTrue();
        assertThat(traits.prefersLeader(GetPeerRequest.newBuilder()
                        .setRead(ReadOptions.newBuilder().setLevel(ReadLevel.READ_LEVEL_LOCAL))
                        .build()))
                .isFalse();
    }
}
