package io.meshkit.domain.query;

import static io.meshkit.domain.records.CertificateKind.CERTIFICATE;
import static io.meshkit.domain.records.IssuingPolicyKind.ISSUING_POLICY;
import static io.meshkit.domain.records.JoinTokenKind.JOIN_TOKEN;
import static io.meshkit.domain.records.RevocationKind.REVOCATION;

import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.Etags;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.GetCertificateRequest;
import io.meshkit.v1.GetCertificateResponse;
import io.meshkit.v1.GetIssuingPolicyRequest;
import io.meshkit.v1.GetIssuingPolicyResponse;
import io.meshkit.v1.GetJoinTokenRequest;
import io.meshkit.v1.GetJoinTokenResponse;
import io.meshkit.v1.JoinToken;
import io.meshkit.v1.ListCertificatesRequest;
import io.meshkit.v1.ListCertificatesResponse;
import io.meshkit.v1.ListIssuingPoliciesRequest;
import io.meshkit.v1.ListIssuingPoliciesResponse;
import io.meshkit.v1.ListJoinTokensRequest;
import io.meshkit.v1.ListJoinTokensResponse;
import io.meshkit.v1.Revocation;
import io.meshkit.v1.WorkloadCertificate;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reading join tokens and certificates; of a certificate that was revoked it is said. What is kept of a token's secret is in none of them. */
public final class BootstrapQueries {
    private BootstrapQueries() {}

    public static List<QueryHandler<?>> all() {
        return List.of(
                new QueryHandler<>(GetJoinTokenRequest.getDefaultInstance(), BootstrapQueries::getJoinToken),
                new QueryHandler<>(ListJoinTokensRequest.getDefaultInstance(), BootstrapQueries::listJoinTokens),
                new QueryHandler<>(GetIssuingPolicyRequest.getDefaultInstance(), BootstrapQueries::getPolicy),
                new QueryHandler<>(ListIssuingPoliciesRequest.getDefaultInstance(), BootstrapQueries::listPolicies),
                new QueryHandler<>(GetCertificateRequest.getDefaultInstance(), BootstrapQueries::getCertificate),
                new QueryHandler<>(ListCertificatesRequest.getDefaultInstance(), BootstrapQueries::listCertificates));
    }

    private static QueryResult getJoinToken(StoreView view, GetJoinTokenRequest request, Check check) {
        check.id("id", request.getId());
        return Gets.answer(
                view, check, () -> JOIN_TOKEN.ref(request.getId()), GetJoinTokenResponse.getDefaultInstance());
    }

    private static QueryResult listJoinTokens(StoreView view, ListJoinTokensRequest request, Check check) {
        String search = Filters.search(request.getSearch(), check);
        Predicate<JoinToken> filter = token -> Filters.equal(request.getRole(), token.getRole())
                && Filters.equal(request.getBatchId(), token.getBatchId())
                && (Filters.within(search, token.getId()) || Filters.within(search, token.getSpiffeId()));
        return RecordList.of(JOIN_TOKEN, filter)
                .answer(view, request, request.getPage(), ListJoinTokensResponse.newBuilder(), check);
    }

    private static QueryResult getPolicy(StoreView view, GetIssuingPolicyRequest request, Check check) {
        check.id("name", request.getName());
        return Gets.answer(
                view,
                check,
                () -> ISSUING_POLICY.ref(request.getName()),
                GetIssuingPolicyResponse.getDefaultInstance());
    }

    private static QueryResult listPolicies(StoreView view, ListIssuingPoliciesRequest request, Check check) {
        return RecordList.of(ISSUING_POLICY, Filters.all())
                .answer(view, request, request.getPage(), ListIssuingPoliciesResponse.newBuilder(), check);
    }

    private static QueryResult getCertificate(StoreView view, GetCertificateRequest request, Check check) {
        check.id("serial", request.getSerial());
        return Gets.answer(view, check, () -> CERTIFICATE.ref(request.getSerial()), certificate -> {
            Revocation revocation = REVOCATION.of(view, certificate);
            return GetCertificateResponse.newBuilder()
                    .setCertificate(shown(certificate, revocation))
                    .setEtag(Etags.of(revocation == null ? certificate.getMeta() : revocation.getMeta()))
                    .build();
        });
    }

    private static WorkloadCertificate shown(WorkloadCertificate certificate, @Nullable Revocation revocation) {
        return revocation == null
                ? certificate
                : certificate.toBuilder()
                        .setRevokedAt(revocation.getRevokedAt())
                        .build();
    }

    private static QueryResult listCertificates(StoreView view, ListCertificatesRequest request, Check check) {
        String search = Filters.search(request.getSearch(), check);
        Predicate<WorkloadCertificate> filter =
                certificate -> Filters.equal(request.getSpiffeId(), certificate.getSpiffeId())
                        && Filters.equal(request.getTokenId(), certificate.getTokenId())
                        && Filters.equal(request.getBatchId(), certificate.getBatchId())
                        && (Filters.within(search, certificate.getSerial())
                                || Filters.within(search, certificate.getSpiffeId()));
        Pages pages = Pages.of(view, request, request.getPage(), Range.kind(CERTIFICATE.tag()), check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        Pages.Page<WorkloadCertificate> page = pages.read(view, (key, value) -> {
            WorkloadCertificate certificate = Bytes.parse(WorkloadCertificate.parser(), value);
            return filter.test(certificate) ? certificate : null;
        });
        return new QueryResult.Answered(ListCertificatesResponse.newBuilder()
                .addAllCertificates(page.items().stream()
                        .map(each -> shown(each, REVOCATION.of(view, each)))
                        .toList())
                .setNextCursor(page.nextCursor())
                .build());
    }
}
