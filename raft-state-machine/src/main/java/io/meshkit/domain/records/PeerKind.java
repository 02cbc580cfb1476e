package io.meshkit.domain.records;

import com.google.protobuf.Parser;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.storage.KeyWriter;
import io.meshkit.v1.LeaseRow;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Peers, found by id and by cluster. */
public final class PeerKind implements RecordKind<Peer> {
    public static final PeerKind PEER = new PeerKind();

    private PeerKind() {}

    public RecordRef<Peer> ref(String id) {
        return new RecordRef<>(
                this, id, new KeyWriter().tag(RowKeys.PEER).text(id).toBytes());
    }

    /** The index rows of the peers of a cluster begin so; the peer's id follows. */
    public static byte[] byClusterPrefix(String clusterId) {
        return new KeyWriter().tag(RowKeys.PEERS_BY_CLUSTER).text(clusterId).toBytes();
    }

    @Override
    public List<byte[]> indexKeys(Peer peer) {
        if (peer.getClusterId().isEmpty()) {
            return List.of();
        }
        return List.of(new KeyWriter()
                .tag(RowKeys.PEERS_BY_CLUSTER)
                .text(peer.getClusterId())
                .text(peer.getId())
                .toBytes());
    }

    /** The peer's lease follows its record: a new one begins, the one before ends. */
    @Override
    public void onChange(Work work, RecordRef<Peer> ref, @Nullable Peer before, @Nullable Peer after) {
        long held = before == null ? 0 : before.getLease().getId();
        long holds = after == null ? 0 : after.getLease().getId();
        if (held == holds) {
            return;
        }
        if (held > 0) {
            work.endLease(held);
        }
        if (after != null && holds > 0) {
            work.putLease(LeaseRow.newBuilder()
                    .setId(holds)
                    .setKind(name())
                    .setName(after.getId())
                    .setTtlMs(Times.ms(after.getLease().getTtl()))
                    .setGeneration(1)
                    .build());
        }
    }

    @Override
    public String cluster(Peer peer) {
        return peer.getClusterId();
    }

    @Override
    public String name() {
        return "peer";
    }

    @Override
    public int tag() {
        return RowKeys.PEER;
    }

    @Override
    public Parser<Peer> parser() {
        return Peer.parser();
    }

    @Override
    public RecordRef<Peer> refOf(Peer peer) {
        return ref(peer.getId());
    }

    @Override
    public RecordMeta meta(Peer peer) {
        return peer.getMeta();
    }

    @Override
    public Peer withMeta(Peer peer, RecordMeta meta) {
        return peer.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(Peer peer) {
        return RegistryRecord.newBuilder().setPeer(peer).build();
    }

    @Override
    public long countMax(DomainLimits limits) {
        return limits.peersMax();
    }
}
