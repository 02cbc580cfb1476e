package io.meshkit.server.verbs;

import io.meshkit.v1.Command;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RegisterPeerRequest;

/** Commands and requests about peers. */
public final class Peers {
    private Peers() {}

    public static RegisterPeerRequest registration(String id) {
        return RegisterPeerRequest.newBuilder()
                .setPeer(Peer.newBuilder().setId(id).setRole("worker"))
                .build();
    }

    public static Command register(String id) {
        return Command.newBuilder()
                .setPrincipal("tester")
                .setRegisterPeer(registration(id).toBuilder()
                        .setOptions(MutationOptions.newBuilder().setRequestId("r-" + id)))
                .build();
    }
}
