package io.meshkit.domain.bootstrap;

import static io.meshkit.domain.records.CertificateKind.CERTIFICATE;
import static io.meshkit.domain.records.JoinTokenKind.JOIN_TOKEN;
import static io.meshkit.domain.records.RevocationKind.REVOCATION;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.Reply;
import io.meshkit.domain.kernel.Rows;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.domain.records.CertificateKind;
import io.meshkit.domain.records.JoinTokenKind;
import io.meshkit.v1.JoinToken;
import io.meshkit.v1.Revocation;
import io.meshkit.v1.RevokeCertificatesRequest;
import io.meshkit.v1.RevokeCertificatesResponse;
import io.meshkit.v1.WorkloadCertificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends certificates before they expire: one record, however many they are. Whoever shows one is held against it where
 * commands are applied, and by each node at its edge. Revoking again changes nothing, unless there is more to revoke.
 */
public final class RevokeCertificatesHandler implements CommandHandler<RevokeCertificatesRequest> {
    private final RecordHandler<RevokeCertificatesRequest, Revocation> revocation = RecordHandler.creating(
            REVOCATION,
            RevokeCertificatesRequest.getDefaultInstance(),
            RevokeCertificatesResponse.getDefaultInstance(),
            RevokeCertificatesHandler::ref,
            RevokeCertificatesHandler::checkRequest,
            RevokeCertificatesHandler::revoke);

    @Override
    public RevokeCertificatesRequest requestPrototype() {
        return revocation.requestPrototype();
    }

    @Override
    public Message responsePrototype() {
        return revocation.responsePrototype();
    }

    @Override
    public void check(RevokeCertificatesRequest request, Check check) {
        revocation.check(request, check);
    }

    @Override
    public Reply decide(Work work, RevokeCertificatesRequest request) {
        Reply reply = revocation.decide(work, request);
        if (!(reply instanceof Reply.Accepted accepted)) {
            return reply;
        }
        if (request.hasBatchId()) {
            Message.Builder response = accepted.response();
            response.setField(
                    response.getDescriptorForType()
                            .findFieldByNumber(RevokeCertificatesResponse.TOKENS_REVOKED_FIELD_NUMBER),
                    revokeTokens(work, request.getBatchId()));
        }
        Revocations.sweep(work);
        return reply;
    }

    private static RecordRef<Revocation> ref(RevokeCertificatesRequest request) {
        return switch (request.getWhichCase()) {
            case SERIAL -> REVOCATION.ofSerial(request.getSerial());
            case SPIFFE_ID -> REVOCATION.ofSpiffeId(request.getSpiffeId());
            case BATCH_ID -> REVOCATION.ofBatch(request.getBatchId());
            case WHICH_NOT_SET -> throw new IllegalStateException("a malformed request reached the rule");
        };
    }

    private static void checkRequest(RevokeCertificatesRequest request, Check check) {
        switch (request.getWhichCase()) {
            case SERIAL ->
                check.that(
                        Certificates.isSerial(request.getSerial()),
                        "serial",
                        "not a serial number: " + Check.shown(request.getSerial()),
                        "16–40 hexadecimal digits in lower case, as the list of certificates shows them");
            case SPIFFE_ID ->
                check.that(
                        SpiffeIds.isId(request.getSpiffeId()),
                        "spiffeId",
                        "not a SPIFFE id: " + Check.shown(request.getSpiffeId()),
                        "a whole one, for example spiffe://trust-domain/workload/gateway/gw-1");
            case BATCH_ID -> check.id("batchId", request.getBatchId());
            case WHICH_NOT_SET ->
                check.that(
                        false,
                        "serial",
                        "the request does not say which certificates",
                        "name a serial number, a SPIFFE id or a batch");
        }
    }

    private static Decision<Revocation> revoke(
            Work work, RevokeCertificatesRequest request, @Nullable Revocation current) {
        return switch (request.getWhichCase()) {
            case SERIAL -> one(work, request.getSerial(), current);
            case SPIFFE_ID -> allOf(work, request.getSpiffeId(), current);
            case BATCH_ID -> batch(work, request.getBatchId(), current);
            case WHICH_NOT_SET -> throw new IllegalStateException("a malformed request reached the rule");
        };
    }

    private static Decision<Revocation> one(Work work, String serial, @Nullable Revocation current) {
        if (current != null) {
            return Decision.put(current);
        }
        WorkloadCertificate certificate = CERTIFICATE.get(work.view(), CERTIFICATE.ref(serial));
        return certificate == null
                ? Decision.refuse(Errors.of(
                        ErrorCode.NOT_FOUND,
                        "certificate " + serial + " does not exist",
                        "list the certificates; of one that the registry has not issued, revoke the bindings"))
                : Decision.put(Revocations.of(work, REVOCATION.ofSerial(serial))
                        .setSerial(serial)
                        .setExpiresAt(certificate.getExpiresAt())
                        .build());
    }

    private static Decision<Revocation> allOf(Work work, String spiffeId, @Nullable Revocation current) {
        List<WorkloadCertificate> good = Certificates.good(work, spiffeId);
        if (!good.isEmpty()) {
            // A certificate of which an earlier revocation tells may end later than those that are good now.
            Timestamp end = current == null ? Timestamp.getDefaultInstance() : current.getExpiresAt();
            for (WorkloadCertificate each : good) {
                end = Times.unixMs(each.getExpiresAt()) > Times.unixMs(end) ? each.getExpiresAt() : end;
            }
            return Decision.put(Revocations.of(work, REVOCATION.ofSpiffeId(spiffeId))
                    .setSpiffeId(spiffeId)
                    .setExpiresAt(end)
                    .build());
        }
        return current != null
                ? Decision.put(current)
                : Decision.refuse(Errors.of(
                        ErrorCode.NOT_FOUND,
                        spiffeId + " has no good certificate that the registry has issued",
                        "list the certificates; of one that the registry has not issued, revoke the bindings"));
    }

    private static Decision<Revocation> batch(Work work, String batch, @Nullable Revocation current) {
        if (current != null && !current.getRenewalOnly()) {
            return Decision.put(current);
        }
        boolean known = current != null
                || Rows.count(work.view(), CertificateKind.byBatchPrefix(batch)) > 0
                || Rows.count(work.view(), JoinTokenKind.byBatchPrefix(batch)) > 0;
        return known
                ? Decision.put(Revocations.ofBatch(work, batch).build())
                : Decision.refuse(Errors.of(
                        ErrorCode.NOT_FOUND,
                        "batch " + batch + " has neither join tokens nor certificates",
                        "list the join tokens and the certificates of the batch"));
    }

    private static long revokeTokens(Work work, String batch) {
        long revoked = 0;
        for (String id : Rows.names(work.view(), JoinTokenKind.byBatchPrefix(batch))) {
            JoinToken token = JOIN_TOKEN.get(work.view(), JOIN_TOKEN.ref(id));
            if (token != null && !token.hasRevokedAt()) {
                work.change(JOIN_TOKEN.ref(id), token, JoinTokenHandlers.revoked(work, token));
                revoked++;
            }
        }
        return revoked;
    }
}
