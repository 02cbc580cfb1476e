package io.meshkit.server.verbs;

import static io.meshkit.domain.records.NamespaceQuotaKind.NAMESPACE_QUOTA;
import static io.meshkit.domain.records.NamespaceQuotaKind.OTHERS;

import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.records.NamespaceCounts;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.GetCapacityResponse;
import io.meshkit.v1.NamespaceCapacity;
import io.meshkit.v1.NamespaceQuota;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What namespaces have of what they may have. */
final class NamespaceUse {
    static final int NAMESPACES_MAX = 500;

    private static final byte[] QUOTAS =
            new KeyWriter().tag(NAMESPACE_QUOTA.tag()).toBytes();

    private NamespaceUse() {}

    /** Those with a quota of their own first, then the others; none before there was a first quota. */
    static void add(StoreView view, GetCapacityResponse.Builder capacity) {
        TreeMap<String, NamespaceQuota> own = new TreeMap<>();
        try (Cursor cursor = view.scan(Tables.RECORDS, QUOTAS, Keys.prefixEnd(QUOTAS))) {
            while (own.size() <= NAMESPACES_MAX && cursor.next()) {
                NamespaceQuota quota = Bytes.parse(NAMESPACE_QUOTA.parser(), cursor.value());
                if (!quota.getNamespace().equals(OTHERS)) {
                    own.put(quota.getNamespace(), quota);
                }
            }
        }
        own.forEach((namespace, quota) -> add(view, namespace, quota, true, capacity));
        NamespaceQuota others = NAMESPACE_QUOTA.get(view, NAMESPACE_QUOTA.ref(OTHERS));
        NamespaceCounts.forEach(view, namespace -> {
            if (!NAMESPACE_QUOTA.exists(view, NAMESPACE_QUOTA.ref(namespace))) {
                add(view, namespace, others, false, capacity);
            }
            return capacity.getNamespacesCount() <= NAMESPACES_MAX;
        });
        if (capacity.getNamespacesCount() > NAMESPACES_MAX) {
            List<NamespaceCapacity> shown =
                    List.copyOf(capacity.getNamespacesList().subList(0, NAMESPACES_MAX));
            capacity.clearNamespaces().addAllNamespaces(shown).setMoreNamespaces(true);
        }
    }

    private static void add(
            StoreView view,
            String namespace,
            @Nullable NamespaceQuota quota,
            boolean own,
            GetCapacityResponse.Builder capacity) {
        capacity.addNamespaces(NamespaceCapacity.newBuilder()
                .setNamespace(namespace)
                .setShards(NamespaceCounts.shards(view, namespace))
                .setShardsMax(quota == null ? DomainLimits.DEFAULTS.shardsMax() : quota.getShardsMax())
                .setHasOwnQuota(own));
    }
}
