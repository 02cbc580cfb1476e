package io.meshkit.domain;

import static io.meshkit.domain.Registry.ROOT;
import static io.meshkit.domain.records.RevocationKind.REVOCATION;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.access.AccessResolver;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Times;
import io.meshkit.v1.Binding;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.Credential;
import io.meshkit.v1.GetCertificateRequest;
import io.meshkit.v1.GetCertificateResponse;
import io.meshkit.v1.GrantAccessRequest;
import io.meshkit.v1.IssueJoinTokenRequest;
import io.meshkit.v1.JoinRequest;
import io.meshkit.v1.ListCertificatesRequest;
import io.meshkit.v1.ListCertificatesResponse;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.Revocation;
import io.meshkit.v1.RevokeCertificatesRequest;
import io.meshkit.v1.RevokeCertificatesResponse;
import io.meshkit.v1.RevokeJoinTokenBatchRequest;
import io.meshkit.v1.WorkloadCertificate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RevokeCertificatesTest {
    private static final String GATEWAYS = "spiffe://mesh/workload/gateway/";
    private static final String GW1 = GATEWAYS + "gw-1";
    private static final ByteString KEY = ByteString.copyFrom(new byte[32]);
    private static final long DAY_MS = DomainLimits.CERTIFICATE_LIFETIME_MS_DEFAULT;

    private Registry registry;
    private int made;

    @BeforeEach
    void open() {
        registry = new Registry();
        registry.seedAccess();
        ok(GrantAccessRequest.newBuilder()
                .setBinding(Binding.newBuilder().setGroup(GATEWAYS + "*").setRole("mesh.operate"))
                .build());
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private Registry.Answer ok(Message request) {
        Registry.Answer answer = registry.mutate(ROOT, request);
        assertThat(answer.error()).isNull();
        return answer;
    }

    private static IssueJoinTokenRequest.Builder issue(String id, String batch) {
        return IssueJoinTokenRequest.newBuilder()
                .setSpiffeId(GATEWAYS + "*")
                .setRole("gateway")
                .setTokenId(id)
                .setUsesMax(100)
                .setBatchId(batch)
                .setSecretSha256(KEY);
    }

    private Registry.Answer join(String token, String spiffeId) {
        Caller bearer = new Caller(
                "join/" + token,
                Credential.newBuilder()
                        .setMethod(AccessResolver.JOIN_METHOD)
                        .setId(token)
                        .build());
        return registry.mutate(
                bearer,
                JoinRequest.newBuilder()
                        .setSpiffeId(spiffeId)
                        .setSerial(String.format("4%031x", ++made))
                        .setPublicKeySha256(KEY)
                        .build());
    }

    private WorkloadCertificate joined(String token, String spiffeId) {
        Registry.Answer answer = join(token, spiffeId);
        assertThat(answer.error()).isNull();
        return answer.record("certificate");
    }

    /** Whoever shows the certificate. */
    private static Caller holder(WorkloadCertificate certificate) {
        return new Caller(
                certificate.getSpiffeId(),
                Credential.newBuilder()
                        .setMethod(AccessResolver.MTLS_METHOD)
                        .setId(certificate.getSerial())
                        .addGroups(GATEWAYS + "*")
                        .setExpiresAtMs(Times.unixMs(certificate.getExpiresAt()))
                        .build());
    }

    private Command registers(WorkloadCertificate certificate) {
        return registry.identified(Commands.wrap(
                RegisterPeerRequest.newBuilder()
                        .setPeer(Peer.newBuilder().setId("p-" + ++made))
                        .build(),
                holder(certificate)));
    }

    private void good(WorkloadCertificate certificate) {
        assertThat(registry.apply(registers(certificate)).error()).isNull();
    }

    private void revoked(WorkloadCertificate certificate) {
        Registry.Answer answer = registry.apply(registers(certificate));
        assertThat(answer.isRejected()).isTrue();
        assertThat(answer.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(answer.error().getMessage()).isEqualTo("certificate " + certificate.getSerial() + " was revoked");
    }

    private static RevokeCertificatesRequest serial(WorkloadCertificate certificate) {
        return RevokeCertificatesRequest.newBuilder()
                .setSerial(certificate.getSerial())
                .build();
    }

    private static RevokeCertificatesRequest spiffe(String id) {
        return RevokeCertificatesRequest.newBuilder().setSpiffeId(id).build();
    }

    private static RevokeCertificatesRequest batch(String id) {
        return RevokeCertificatesRequest.newBuilder().setBatchId(id).build();
    }

    private static void refused(Registry.Answer answer, ErrorCode code, String words) {
        assertThat(answer.isRejected()).isTrue();
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.error().getMessage()).contains(words);
    }

    @Test
    void serial_endsThatOneAlone() {
        ok(issue("j", "").build());
        WorkloadCertificate one = joined("j", GW1);
        WorkloadCertificate other = joined("j", GATEWAYS + "gw-2");
        good(one);

        Revocation revocation = ok(serial(one)).record("revocation");

        assertThat(revocation.getId()).isEqualTo("serial/" + one.getSerial());
        assertThat(revocation.getExpiresAt()).isEqualTo(one.getExpiresAt());
        assertThat(Times.unixMs(revocation.getRevokedAt())).isEqualTo(registry.nowMs);
        revoked(one);
        good(other);
        assertThat(registry.journal.getLast().getVerb()).isEqualTo("RegisterPeer");
        assertThat(registry.journal)
                .anySatisfy(entry -> assertThat(entry.getVerb()).isEqualTo("RevokeCertificates"));
    }

    @Test
    void serial_withinOneLogEntry_holdsForWhatComesAfter() {
        ok(issue("j", "").build());
        WorkloadCertificate one = joined("j", GW1);

        List<CommandOutcome> outcomes = registry.apply(
                List.of(registers(one), registry.identified(Commands.wrap(serial(one), ROOT)), registers(one)));

        assertThat(outcomes.get(0).hasRejection()).isFalse();
        assertThat(outcomes.get(1).hasRejection()).isFalse();
        assertThat(outcomes.get(2).getRejection().getCode()).isEqualTo(ErrorCode.UNAUTHENTICATED.name());
    }

    @Test
    void serial_ofAnotherPrincipal_isNotTheCallers() {
        ok(issue("j", "").build());
        WorkloadCertificate one = joined("j", GW1);
        ok(serial(one));

        good(one.toBuilder().setSpiffeId(GATEWAYS + "of-another-ca").build());
    }

    @Test
    void again_changesNothing() {
        ok(issue("j", "rack").build());
        WorkloadCertificate one = joined("j", GW1);
        for (RevokeCertificatesRequest request : List.of(serial(one), batch("rack"))) {
            assertThat(ok(request).result().getChanged()).isTrue();
            registry.nowMs += 1_000;
            assertThat(ok(request).result().getChanged()).isFalse();
        }
    }

    @Test
    void dryRun_changesNothing() {
        ok(issue("j", "rack").build());
        WorkloadCertificate one = joined("j", GW1);
        for (RevokeCertificatesRequest request : List.of(serial(one), spiffe(GW1), batch("rack"))) {
            Registry.Answer answer = ok(Registry.with(request, options -> options.setDryRun(true)));
            assertThat(answer.result().getChanged()).isTrue();
            assertThat(answer.result().getDryRun()).isTrue();
        }
        good(one);
        joined("j", GATEWAYS + "gw-2");
    }

    @Test
    void spiffeId_endsAllThatItHas_andNoneThatItGetsLater() {
        ok(issue("j", "").build());
        ok(issue("exact", "").setSpiffeId(GW1).build());
        WorkloadCertificate one = joined("j", GW1);
        WorkloadCertificate two = joined("exact", GW1);
        WorkloadCertificate other = joined("j", GATEWAYS + "gw-2");

        Registry.Answer answer = ok(spiffe(GW1));
        // In the same millisecond: what counts is the order of revisions.
        WorkloadCertificate later = joined("j", GW1);

        assertThat(answer.<Revocation>record("revocation").getSpiffeId()).isEqualTo(GW1);
        revoked(one);
        revoked(two);
        good(other);
        good(later);
        ok(spiffe(GW1));
        revoked(later);
        revoked(one);
        assertThat(ok(spiffe(GW1)).result().getChanged()).isFalse();
    }

    @Test
    void batch_endsCertificatesAndTokens_andTakesNoMore() {
        ok(issue("j-1", "rack").build());
        ok(issue("j-2", "rack").build());
        ok(issue("k", "rack-2").build());
        WorkloadCertificate one = joined("j-1", GW1);
        WorkloadCertificate two = joined("j-2", GATEWAYS + "gw-2");
        WorkloadCertificate other = joined("k", GATEWAYS + "gw-3");

        Registry.Answer answer = ok(batch("rack"));

        assertThat(((RevokeCertificatesResponse) answer.response()).getTokensRevoked())
                .isEqualTo(2);
        revoked(one);
        revoked(two);
        good(other);
        refused(join("j-1", GATEWAYS + "gw-4"), ErrorCode.UNAUTHENTICATED, "was revoked");
        refused(
                registry.mutate(ROOT, issue("j-3", "rack").build()),
                ErrorCode.PRECONDITION_FAILED,
                "batch rack was revoked");
    }

    @Test
    void batch_ofWhichTheTokensWereRevoked_stillHasCertificatesToEnd() {
        ok(issue("j", "rack").build());
        WorkloadCertificate one = joined("j", GW1);
        ok(RevokeJoinTokenBatchRequest.newBuilder().setBatchId("rack").build());
        good(one);

        Registry.Answer answer = ok(batch("rack"));

        assertThat(answer.result().getChanged()).isTrue();
        assertThat(answer.<Revocation>record("revocation").getRenewalOnly()).isFalse();
        revoked(one);
    }

    @Test
    void batchOfTokens_revokedAgain_changesNothing() {
        ok(issue("j", "rack").build());
        RevokeJoinTokenBatchRequest tokens =
                RevokeJoinTokenBatchRequest.newBuilder().setBatchId("rack").build();
        assertThat(ok(tokens).result().getChanged()).isTrue();
        assertThat(ok(tokens).result().getChanged()).isFalse();
        ok(batch("rack"));
        assertThat(ok(tokens).result().getChanged()).isFalse();
    }

    @Test
    void unknown_isRefused() {
        refused(registry.mutate(ROOT, spiffe(GW1)), ErrorCode.NOT_FOUND, "no good certificate");
        refused(registry.mutate(ROOT, batch("rack")), ErrorCode.NOT_FOUND, "neither");
        RevokeCertificatesRequest.Builder request = RevokeCertificatesRequest.newBuilder();
        refused(
                registry.mutate(ROOT, request.setSerial("4".repeat(32)).build()),
                ErrorCode.NOT_FOUND,
                "does not exist");
        for (RevokeCertificatesRequest bad : List.of(
                RevokeCertificatesRequest.getDefaultInstance(),
                RevokeCertificatesRequest.newBuilder().setSerial("4A").build(),
                spiffe("workload/gateway/gw-1"),
                spiffe(GATEWAYS + "*"),
                batch(""))) {
            assertThat(registry.mutate(ROOT, bad).code()).as("%s", bad).isEqualTo(ErrorCode.INVALID_REQUEST);
        }
    }

    @Test
    void byWhoeverIsNoAdministrator_isRefused() {
        ok(issue("j", "").build());
        WorkloadCertificate one = joined("j", GW1);

        refused(registry.mutate(holder(one), serial(one)), ErrorCode.FORBIDDEN, "may not use RevokeCertificates");
    }

    @Test
    void reads_sayThatItWasRevoked_underAnotherEtag() {
        ok(issue("j", "rack").build());
        WorkloadCertificate one = joined("j", GW1);
        GetCertificateRequest get =
                GetCertificateRequest.newBuilder().setSerial(one.getSerial()).build();
        GetCertificateResponse before = registry.query(get, GetCertificateResponse.class);

        ok(batch("rack"));

        GetCertificateResponse after = registry.query(get, GetCertificateResponse.class);
        assertThat(before.getCertificate().hasRevokedAt()).isFalse();
        assertThat(Times.unixMs(after.getCertificate().getRevokedAt())).isEqualTo(registry.nowMs);
        assertThat(after.getEtag()).isNotEqualTo(before.getEtag());
        assertThat(registry.query(ListCertificatesRequest.getDefaultInstance(), ListCertificatesResponse.class)
                        .getCertificatesList())
                .containsExactly(after.getCertificate());
    }

    @Test
    void revokedOnes_leaveRoomForOthers() {
        ok(issue("j", "").setSpiffeId(GW1).build());
        WorkloadCertificate last = joined("j", GW1);
        for (int i = 1; i < DomainLimits.CERTIFICATES_PER_IDENTITY_MAX; i++) {
            last = joined("j", GW1);
        }
        refused(join("j", GW1), ErrorCode.LIMIT_EXCEEDED, "good certificates");

        ok(serial(last));

        joined("j", GW1);
    }

    @Test
    void records_goAFewAtATime_onceTheirCertificatesHaveExpired() {
        ok(issue("j", "").setTtl(Times.duration(10 * DAY_MS)).build());
        WorkloadCertificate[] old = new WorkloadCertificate[DomainLimits.BOOTSTRAP_SWEEP + 1];
        for (int i = 0; i < old.length; i++) {
            old[i] = joined("j", GATEWAYS + "gw-" + i);
            ok(serial(old[i]));
        }
        registry.nowMs += DAY_MS + DomainLimits.CERTIFICATE_KEPT_MS;
        WorkloadCertificate next = joined("j", GW1);
        ok(serial(next));
        assertThat(kept(old)).as("to the last millisecond").isEqualTo(old.length);

        registry.nowMs += 1_000;
        ok(serial(joined("j", GATEWAYS + "gw-a")));
        assertThat(kept(old)).isEqualTo(1);
        ok(serial(joined("j", GATEWAYS + "gw-b")));

        assertThat(kept(old)).isZero();
        assertThat(kept(next)).isEqualTo(1);
    }

    @Test
    void batch_isKeptAsLongAsACertificateCanLive() {
        ok(issue("j", "rack").build());
        joined("j", GW1);
        Revocation revocation = ok(batch("rack")).record("revocation");

        assertThat(Times.unixMs(revocation.getExpiresAt()) - registry.nowMs)
                .isEqualTo(DomainLimits.CERTIFICATE_LIFETIME_MS_MAX);
    }

    private int kept(WorkloadCertificate... certificates) {
        int kept = 0;
        for (WorkloadCertificate each : certificates) {
            kept += REVOCATION.exists(registry.store, REVOCATION.ofSerial(each.getSerial())) ? 1 : 0;
        }
        return kept;
    }
}
