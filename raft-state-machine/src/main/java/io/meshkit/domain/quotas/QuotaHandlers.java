package io.meshkit.domain.quotas;

import static io.meshkit.domain.records.NamespaceQuotaKind.NAMESPACE_QUOTA;
import static io.meshkit.domain.records.NamespaceQuotaKind.OTHERS;

import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.v1.DeleteQuotaRequest;
import io.meshkit.v1.NamespaceQuota;
import io.meshkit.v1.PutQuotaRequest;
import io.meshkit.v1.QuotaMutationResponse;
import java.util.List;

/** The verbs on quotas. */
public final class QuotaHandlers {
    private QuotaHandlers() {}

    public static List<CommandHandler<?>> all() {
        return List.of(
                RecordHandler.creating(
                        NAMESPACE_QUOTA,
                        PutQuotaRequest.getDefaultInstance(),
                        QuotaMutationResponse.getDefaultInstance(),
                        request ->
                                NAMESPACE_QUOTA.ref(request.getNamespaceQuota().getNamespace()),
                        (request, check) -> check(request.getNamespaceQuota(), check),
                        (work, request, current) -> Decision.put(request.getNamespaceQuota())),
                RecordHandler.changing(
                        NAMESPACE_QUOTA,
                        DeleteQuotaRequest.getDefaultInstance(),
                        QuotaMutationResponse.getDefaultInstance(),
                        request -> NAMESPACE_QUOTA.ref(request.getNamespace()),
                        (request, check) -> namespace("namespace", request.getNamespace(), check),
                        (work, request, current) -> Decision.remove()));
    }

    private static void check(NamespaceQuota quota, Check check) {
        namespace("namespaceQuota.namespace", quota.getNamespace(), check);
        check.meta("namespaceQuota.meta", quota.getMeta())
                .text("namespaceQuota.description", quota.getDescription())
                .that(
                        quota.getShardsMax() >= 0,
                        "namespaceQuota.shardsMax",
                        "the quota is " + quota.getShardsMax() + " shards",
                        "a number ≥ 0; without a quota the namespace may have as many as the registry");
    }

    /** The name of a quota: a namespace's, or * for those that have none of their own. */
    public static void namespace(String field, String namespace, Check check) {
        if (!namespace.equals(OTHERS)) {
            check.id(field, namespace);
        }
    }
}
