package io.meshkit.client;

import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.AuditServiceGrpc;
import io.meshkit.v1.CountAuditRequest;
import io.meshkit.v1.CountAuditResponse;
import io.meshkit.v1.GetAuditEntryRequest;
import io.meshkit.v1.ListAuditRequest;
import java.util.stream.Stream;

/** Who changed what, when and why. */
public final class AuditApi {
    private final MeshKitClient client;

    AuditApi(MeshKitClient client) {
        this.client = client;
    }

    public AuditEntry get(long revision) {
        return client.call(
                        AuditServiceGrpc.getGetAuditEntryMethod(),
                        GetAuditEntryRequest.newBuilder().setRevision(revision).build())
                .getEntry();
    }

    /** All that match, fetched page by page. */
    public Stream<AuditEntry> list(ListAuditRequest request) {
        return client.pages(AuditServiceGrpc.getListAuditMethod(), request).records(AuditEntry.class);
    }

    public CountAuditResponse count() {
        return client.call(AuditServiceGrpc.getCountAuditMethod(), CountAuditRequest.getDefaultInstance());
    }
}
