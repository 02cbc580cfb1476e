package io.meshkit.client;

import com.google.protobuf.util.Durations;
import io.meshkit.v1.CordonPeerRequest;
import io.meshkit.v1.DeregisterPeerRequest;
import io.meshkit.v1.DrainPeerRequest;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.LabelPeerRequest;
import io.meshkit.v1.LeavePeerRequest;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerMutationResponse;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.ResumePeerRequest;
import io.meshkit.v1.UncordonPeerRequest;
import io.meshkit.v1.UpdatePeerRequest;
import java.time.Duration;
import java.util.stream.Stream;

/** The verbs of peers. */
public final class PeersApi {
    private final MeshKitClient client;

    PeersApi(MeshKitClient client) {
        this.client = client;
    }

    public Peer get(String id) {
        return client.call(
                        PeerServiceGrpc.getGetPeerMethod(),
                        GetPeerRequest.newBuilder().setId(id).build())
                .getPeer();
    }

    /** All that match, in order of id, fetched page by page. */
    public Stream<Peer> list(ListPeersRequest request) {
        return client.pages(PeerServiceGrpc.getListPeersMethod(), request).records(Peer.class);
    }

    public PeerMutationResponse register(Peer peer, MutationOptions options) {
        return client.call(
                PeerServiceGrpc.getRegisterPeerMethod(),
                RegisterPeerRequest.newBuilder()
                        .setPeer(peer)
                        .setOptions(options)
                        .build());
    }

    /** Registers the peer with a lease of its own; keep it alive with {@link LeasesApi#keepAlive}. */
    public PeerMutationResponse register(Peer peer, Duration leaseTtl, MutationOptions options) {
        return client.call(
                PeerServiceGrpc.getRegisterPeerMethod(),
                RegisterPeerRequest.newBuilder()
                        .setPeer(peer)
                        .setLeaseTtl(Durations.fromMillis(leaseTtl.toMillis()))
                        .setOptions(options)
                        .build());
    }

    /** @param leaseId leave only if this is the peer's lease; 0: in any case */
    public PeerMutationResponse leave(String id, long leaseId, MutationOptions options) {
        return client.call(
                PeerServiceGrpc.getLeavePeerMethod(),
                LeavePeerRequest.newBuilder()
                        .setId(id)
                        .setLeaseId(leaseId)
                        .setOptions(options)
                        .build());
    }

    public PeerMutationResponse update(UpdatePeerRequest request) {
        return client.call(PeerServiceGrpc.getUpdatePeerMethod(), request);
    }

    public PeerMutationResponse label(LabelPeerRequest request) {
        return client.call(PeerServiceGrpc.getLabelPeerMethod(), request);
    }

    public PeerMutationResponse cordon(String id, MutationOptions options) {
        return client.call(
                PeerServiceGrpc.getCordonPeerMethod(),
                CordonPeerRequest.newBuilder().setId(id).setOptions(options).build());
    }

    public PeerMutationResponse uncordon(String id, MutationOptions options) {
        return client.call(
                PeerServiceGrpc.getUncordonPeerMethod(),
                UncordonPeerRequest.newBuilder().setId(id).setOptions(options).build());
    }

    /** Begins a drain. */
    public PeerMutationResponse drain(String id, MutationOptions options) {
        return client.call(
                PeerServiceGrpc.getDrainPeerMethod(),
                DrainPeerRequest.newBuilder().setId(id).setOptions(options).build());
    }

    /** Reports that a drain has finished. */
    public PeerMutationResponse drained(String id, MutationOptions options) {
        return client.call(
                PeerServiceGrpc.getDrainPeerMethod(),
                DrainPeerRequest.newBuilder()
                        .setId(id)
                        .setComplete(true)
                        .setOptions(options)
                        .build());
    }

    public PeerMutationResponse resume(String id, MutationOptions options) {
        return client.call(
                PeerServiceGrpc.getResumePeerMethod(),
                ResumePeerRequest.newBuilder().setId(id).setOptions(options).build());
    }

    public PeerMutationResponse deregister(String id, MutationOptions options) {
        return client.call(
                PeerServiceGrpc.getDeregisterPeerMethod(),
                DeregisterPeerRequest.newBuilder().setId(id).setOptions(options).build());
    }
}
