package io.meshkit.domain.records;

import com.google.protobuf.Parser;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Work;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.NamespaceQuota;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import org.jspecify.annotations.Nullable;

/** How many shards namespaces may have, found by namespace. */
public final class NamespaceQuotaKind implements RecordKind<NamespaceQuota> {
    public static final NamespaceQuotaKind NAMESPACE_QUOTA = new NamespaceQuotaKind();

    /** Stands for each namespace that has no quota of its own. */
    public static final String OTHERS = "*";

    private NamespaceQuotaKind() {}

    public RecordRef<NamespaceQuota> ref(String namespace) {
        return new RecordRef<>(
                this,
                namespace,
                new KeyWriter().tag(RowKeys.NAMESPACE_QUOTA).text(namespace).toBytes());
    }

    /** The quota that holds for the namespace: its own, or that of all which have none; or null. */
    public @Nullable NamespaceQuota of(StoreView view, String namespace) {
        NamespaceQuota own = get(view, ref(namespace));
        return own == null ? get(view, ref(OTHERS)) : own;
    }

    @Override
    public void onChange(
            Work work, RecordRef<NamespaceQuota> ref, @Nullable NamespaceQuota before, @Nullable NamespaceQuota after) {
        if (work.quotaRevision() == 0) {
            NamespaceCounts.begin(work);
        }
        work.quotaChanges();
    }

    @Override
    public String name() {
        return "namespace_quota";
    }

    @Override
    public int tag() {
        return RowKeys.NAMESPACE_QUOTA;
    }

    @Override
    public Parser<NamespaceQuota> parser() {
        return NamespaceQuota.parser();
    }

    @Override
    public RecordRef<NamespaceQuota> refOf(NamespaceQuota quota) {
        return ref(quota.getNamespace());
    }

    @Override
    public RecordMeta meta(NamespaceQuota quota) {
        return quota.getMeta();
    }

    @Override
    public NamespaceQuota withMeta(NamespaceQuota quota, RecordMeta meta) {
        return quota.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(NamespaceQuota quota) {
        return RegistryRecord.newBuilder().setNamespaceQuota(quota).build();
    }

    @Override
    public long countMax(DomainLimits limits) {
        return DomainLimits.QUOTAS_MAX;
    }
}
