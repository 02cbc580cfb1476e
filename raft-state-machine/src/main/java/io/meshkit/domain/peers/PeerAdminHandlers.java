package io.meshkit.domain.peers;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.Work;
import io.meshkit.v1.CordonPeerRequest;
import io.meshkit.v1.DrainPeerRequest;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerAdminState;
import io.meshkit.v1.ResumePeerRequest;
import io.meshkit.v1.UncordonPeerRequest;
import java.util.List;
import java.util.function.Function;

/** The verbs on what operators allow a peer to do. Being there already is no error: nothing changes. */
public final class PeerAdminHandlers {
    private PeerAdminHandlers() {}

    public static List<CommandHandler<?>> all() {
        return List.of(
                verb(CordonPeerRequest.getDefaultInstance(), CordonPeerRequest::getId, PeerAdminHandlers::cordon),
                verb(UncordonPeerRequest.getDefaultInstance(), UncordonPeerRequest::getId, PeerAdminHandlers::uncordon),
                verb(DrainPeerRequest.getDefaultInstance(), DrainPeerRequest::getId, PeerAdminHandlers::drain),
                verb(ResumePeerRequest.getDefaultInstance(), ResumePeerRequest::getId, PeerAdminHandlers::resume));
    }

    private static <Q extends Message> CommandHandler<Q> verb(
            Q request, Function<Q, String> id, RecordHandler.Rule<Q, Peer> rule) {
        return PeerHandlers.changing(request, id, (asked, check) -> check.id("id", id.apply(asked)), rule);
    }

    private static Decision<Peer> cordon(Work work, CordonPeerRequest request, Peer peer) {
        return switch (peer.getAdminState()) {
            case PEER_ADMIN_STATE_ACTIVE, PEER_ADMIN_STATE_CORDONED ->
                moved(peer, PeerAdminState.PEER_ADMIN_STATE_CORDONED);
            case PEER_ADMIN_STATE_DRAINING, PEER_ADMIN_STATE_DRAINED -> illegal(peer, "cordoned", "resume it first");
            case PEER_ADMIN_STATE_UNSPECIFIED, UNRECOGNIZED -> throw unknown(peer);
        };
    }

    private static Decision<Peer> uncordon(Work work, UncordonPeerRequest request, Peer peer) {
        return switch (peer.getAdminState()) {
            case PEER_ADMIN_STATE_ACTIVE, PEER_ADMIN_STATE_CORDONED ->
                moved(peer, PeerAdminState.PEER_ADMIN_STATE_ACTIVE);
            case PEER_ADMIN_STATE_DRAINING, PEER_ADMIN_STATE_DRAINED ->
                illegal(peer, "uncordoned", "resume makes it active again");
            case PEER_ADMIN_STATE_UNSPECIFIED, UNRECOGNIZED -> throw unknown(peer);
        };
    }

    private static Decision<Peer> drain(Work work, DrainPeerRequest request, Peer peer) {
        return request.getComplete() ? completeDrain(work, peer) : beginDrain(peer);
    }

    private static Decision<Peer> beginDrain(Peer peer) {
        return switch (peer.getAdminState()) {
            case PEER_ADMIN_STATE_ACTIVE, PEER_ADMIN_STATE_CORDONED, PEER_ADMIN_STATE_DRAINING ->
                moved(peer, PeerAdminState.PEER_ADMIN_STATE_DRAINING);
            case PEER_ADMIN_STATE_DRAINED -> illegal(peer, "drained again", "resume it first");
            case PEER_ADMIN_STATE_UNSPECIFIED, UNRECOGNIZED -> throw unknown(peer);
        };
    }

    private static Decision<Peer> completeDrain(Work work, Peer peer) {
        return switch (peer.getAdminState()) {
            case PEER_ADMIN_STATE_DRAINING -> {
                ErrorDetail busy = PeerDuties.remaining(work.view(), peer.getId());
                yield busy == null ? moved(peer, PeerAdminState.PEER_ADMIN_STATE_DRAINED) : Decision.refuse(busy);
            }
            case PEER_ADMIN_STATE_DRAINED -> Decision.put(peer);
            case PEER_ADMIN_STATE_ACTIVE, PEER_ADMIN_STATE_CORDONED ->
                illegal(peer, "reported as drained", "begin the drain first");
            case PEER_ADMIN_STATE_UNSPECIFIED, UNRECOGNIZED -> throw unknown(peer);
        };
    }

    private static Decision<Peer> resume(Work work, ResumePeerRequest request, Peer peer) {
        return switch (peer.getAdminState()) {
            case PEER_ADMIN_STATE_ACTIVE, PEER_ADMIN_STATE_DRAINING, PEER_ADMIN_STATE_DRAINED ->
                moved(peer, PeerAdminState.PEER_ADMIN_STATE_ACTIVE);
            case PEER_ADMIN_STATE_CORDONED -> illegal(peer, "resumed", "uncordon it");
            case PEER_ADMIN_STATE_UNSPECIFIED, UNRECOGNIZED -> throw unknown(peer);
        };
    }

    private static Decision<Peer> moved(Peer peer, PeerAdminState state) {
        return Decision.put(peer.toBuilder().setAdminState(state).build());
    }

    private static Decision<Peer> illegal(Peer peer, String what, String hint) {
        String state = peer.getAdminState().name().substring("PEER_ADMIN_STATE_".length());
        return Decision.refuse(
                Errors.precondition("peer " + peer.getId() + " is " + state + " and cannot be " + what, hint));
    }

    private static IllegalStateException unknown(Peer peer) {
        return new IllegalStateException("stored peer " + peer.getId() + " has admin state " + peer.getAdminState());
    }
}
