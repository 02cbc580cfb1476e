package io.meshkit.domain.records;

import com.google.protobuf.Parser;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.kernel.Work;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.NamespaceQuota;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Shards, found by namespace and id, by owner and by leader; each keeps its history. */
public final class ShardKind implements RecordKind<Shard> {
    public static final ShardKind SHARD = new ShardKind();

    private ShardKind() {}

    public RecordRef<Shard> ref(String namespace, String shardId) {
        byte[] key =
                new KeyWriter().tag(RowKeys.SHARD).text(namespace).text(shardId).toBytes();
        return new RecordRef<>(this, namespace + "/" + shardId, key);
    }

    /** The rows of a namespace's shards begin so. */
    public static byte[] namespacePrefix(String namespace) {
        return new KeyWriter().tag(RowKeys.SHARD).text(namespace).toBytes();
    }

    /** The index rows of a peer's own shards begin so; namespace and shard id follow. */
    public static byte[] byOwnerPrefix(String owner) {
        return new KeyWriter().tag(RowKeys.SHARDS_BY_OWNER).text(owner).toBytes();
    }

    /** As {@link #byOwnerPrefix(String)}, within a namespace. */
    public static byte[] byOwnerPrefix(String owner, String namespace) {
        return new KeyWriter()
                .tag(RowKeys.SHARDS_BY_OWNER)
                .text(owner)
                .text(namespace)
                .toBytes();
    }

    /** The index rows of the shards that a peer leads begin so; namespace and shard id follow. */
    public static byte[] byLeaderPrefix(String leader) {
        return new KeyWriter().tag(RowKeys.SHARDS_BY_LEADER).text(leader).toBytes();
    }

    /** The history of a shard, oldest first, begins so; the revision follows. */
    public static byte[] historyPrefix(String namespace, String shardId) {
        return new KeyWriter().text(namespace).text(shardId).toBytes();
    }

    /**
     * The epoch of the shard's last owner: the record's, or of a shard that was deleted, its history's.
     *
     * <p>So that epochs go on growing when a shard is made anew: an owner of the old one must not be taken for
     * an owner of the new one.
     */
    public static long lastOwnerEpoch(StoreView view, String namespace, String shardId) {
        byte[] prefix = historyPrefix(namespace, shardId);
        try (Cursor cursor = view.scanDescending(Tables.HISTORY, prefix, Keys.prefixEnd(prefix))) {
            return cursor.next()
                    ? Bytes.parse(ShardHistory.parser(), cursor.value()).getOwnerEpoch()
                    : 0;
        }
    }

    @Override
    public List<byte[]> indexKeys(Shard shard) {
        List<byte[]> keys = new ArrayList<>(2);
        addIndexKey(keys, RowKeys.SHARDS_BY_OWNER, shard.getOwnerNodeId(), shard);
        addIndexKey(keys, RowKeys.SHARDS_BY_LEADER, shard.getLeaderId(), shard);
        return keys;
    }

    private static void addIndexKey(List<byte[]> keys, int tag, String peer, Shard shard) {
        if (!peer.isEmpty()) {
            keys.add(new KeyWriter()
                    .tag(tag)
                    .text(peer)
                    .text(shard.getNamespace())
                    .text(shard.getShardId())
                    .toBytes());
        }
    }

    @Override
    public Shard derive(Shard shard) {
        return shard.toBuilder().setChecksum(ShardChecksum.of(shard)).build();
    }

    @Override
    public void onChange(Work work, RecordRef<Shard> ref, @Nullable Shard before, @Nullable Shard after) {
        if ((before == null) != (after == null)) {
            NamespaceCounts.changed(work, namespace(ref.name()), before == null ? 1 : -1);
        }
        String previousOwner = before == null ? "" : before.getOwnerNodeId();
        ShardHistory.Builder row = ShardHistory.newBuilder()
                .setRevision(work.nextRevision())
                .setActor(work.principal())
                .setReason(work.options().getReason())
                .setChangeTicket(work.options().getChangeTicket())
                .setChangedAt(work.time())
                .setPreviousOwnerNodeId(previousOwner);
        if (after != null) {
            row.setVersion(after.getMeta().getVersion())
                    .setOwnerNodeId(after.getOwnerNodeId())
                    .setStatus(after.getStatus())
                    .setOwnerEpoch(after.getOwnerEpoch());
        } else if (before != null) {
            row.setVersion(before.getMeta().getVersion() + 1)
                    .setStatus(before.getStatus())
                    .setOwnerEpoch(before.getOwnerEpoch() + (previousOwner.isEmpty() ? 0 : 1))
                    .setDeleted(true);
        }
        Shard shard = Objects.requireNonNull(after == null ? before : after);
        byte[] key = new KeyWriter()
                .text(shard.getNamespace())
                .text(shard.getShardId())
                .number(work.nextRevision())
                .toBytes();
        work.putRow(Tables.HISTORY, key, row.build());
    }

    @Override
    public @Nullable ErrorDetail overQuota(Work work, RecordRef<Shard> ref) {
        if (work.quotaRevision() == 0) {
            return null;
        }
        String namespace = namespace(ref.name());
        NamespaceQuota quota = NamespaceQuotaKind.NAMESPACE_QUOTA.of(work.view(), namespace);
        if (quota == null) {
            return null;
        }
        long shards = NamespaceCounts.shards(work.view(), namespace);
        return shards < quota.getShardsMax()
                ? null
                : Errors.of(
                        ErrorCode.LIMIT_EXCEEDED,
                        "namespace " + namespace + " has " + shards + " shards; its quota"
                                + (quota.getNamespace().equals(namespace) ? "" : ", that of all without their own,")
                                + " is " + quota.getShardsMax(),
                        "delete shards that are no longer needed, or have an administrator raise it: omnirelay mesh quotas"
                                + " put " + namespace + " --shards-max N");
    }

    @Override
    public String namespace(String name) {
        return name.substring(0, Math.max(0, name.indexOf('/')));
    }

    @Override
    public String name() {
        return "shard";
    }

    @Override
    public int tag() {
        return RowKeys.SHARD;
    }

    @Override
    public Parser<Shard> parser() {
        return Shard.parser();
    }

    @Override
    public RecordRef<Shard> refOf(Shard shard) {
        return ref(shard.getNamespace(), shard.getShardId());
    }

    @Override
    public RecordMeta meta(Shard shard) {
        return shard.getMeta();
    }

    @Override
    public Shard withMeta(Shard shard, RecordMeta meta) {
        return shard.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(Shard shard) {
        return RegistryRecord.newBuilder().setShard(shard).build();
    }

    @Override
    public long countMax(DomainLimits limits) {
        return limits.shardsMax();
    }
}
