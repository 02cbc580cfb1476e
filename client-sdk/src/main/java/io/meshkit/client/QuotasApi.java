package io.meshkit.client;

import io.meshkit.v1.DeleteQuotaRequest;
import io.meshkit.v1.GetQuotaRequest;
import io.meshkit.v1.ListQuotasRequest;
import io.meshkit.v1.NamespaceQuota;
import io.meshkit.v1.PutQuotaRequest;
import io.meshkit.v1.QuotaMutationResponse;
import io.meshkit.v1.QuotaServiceGrpc;
import java.util.stream.Stream;

/** The verbs of quotas: how many shards a namespace may have. What is used of them, {@link QuorumApi#capacity()} shows. */
public final class QuotasApi {
    private final MeshKitClient client;

    QuotasApi(MeshKitClient client) {
        this.client = client;
    }

    /** @param namespace or {@code *}, for each one that has no quota of its own */
    public NamespaceQuota quota(String namespace) {
        return client.call(
                        QuotaServiceGrpc.getGetQuotaMethod(),
                        GetQuotaRequest.newBuilder().setNamespace(namespace).build())
                .getNamespaceQuota();
    }

    /** All that match, in order of namespace, fetched page by page. */
    public Stream<NamespaceQuota> quotas(ListQuotasRequest request) {
        return client.pages(QuotaServiceGrpc.getListQuotasMethod(), request).records(NamespaceQuota.class);
    }

    /** Makes the quota, or replaces the one of its namespace. What is there already stays, also if it is more. */
    public QuotaMutationResponse put(PutQuotaRequest request) {
        return client.call(QuotaServiceGrpc.getPutQuotaMethod(), request);
    }

    public QuotaMutationResponse delete(DeleteQuotaRequest request) {
        return client.call(QuotaServiceGrpc.getDeleteQuotaMethod(), request);
    }
}
