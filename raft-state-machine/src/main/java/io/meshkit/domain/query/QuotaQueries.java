package io.meshkit.domain.query;

import static io.meshkit.domain.records.NamespaceQuotaKind.NAMESPACE_QUOTA;

import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.quotas.QuotaHandlers;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.GetQuotaRequest;
import io.meshkit.v1.GetQuotaResponse;
import io.meshkit.v1.ListQuotasRequest;
import io.meshkit.v1.ListQuotasResponse;
import java.util.List;

/** Reading quotas. */
public final class QuotaQueries {
    private QuotaQueries() {}

    public static List<QueryHandler<?>> all() {
        return List.of(
                new QueryHandler<>(GetQuotaRequest.getDefaultInstance(), QuotaQueries::getQuota),
                new QueryHandler<>(ListQuotasRequest.getDefaultInstance(), QuotaQueries::listQuotas));
    }

    private static QueryResult getQuota(StoreView view, GetQuotaRequest request, Check check) {
        QuotaHandlers.namespace("namespace", request.getNamespace(), check);
        return Gets.answer(
                view, check, () -> NAMESPACE_QUOTA.ref(request.getNamespace()), GetQuotaResponse.getDefaultInstance());
    }

    private static QueryResult listQuotas(StoreView view, ListQuotasRequest request, Check check) {
        String search = Filters.search(request.getSearch(), check);
        return RecordList.of(NAMESPACE_QUOTA, quota -> Filters.within(search, quota.getNamespace()))
                .answer(view, request, request.getPage(), ListQuotasResponse.newBuilder(), check);
    }
}
