package io.meshkit.server.bootstrap;

import static io.meshkit.domain.records.CertificateKind.CERTIFICATE;

import com.google.protobuf.ByteString;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.PossessionProof;
import io.meshkit.api.RegistryException;
import io.meshkit.api.RequestIds;
import io.meshkit.domain.kernel.Times;
import io.meshkit.raft.Member;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.Waits;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.RenewCertificateRequest;
import io.meshkit.v1.WorkloadCertificate;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CredentialFiles;
import io.omnirelay.pki.Pem;
import io.omnirelay.pki.SigningRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This member's own certificate: when it is due, and how another takes its place. Only what the registry has issued is
 * renewed; what somebody else has issued is left to him. The key is made here and goes nowhere; key and certificate change
 * in one step, and until then the ones that are there are used. Not thread-safe.
 */
final class OwnCertificate {
    private static final Logger LOG = LoggerFactory.getLogger(OwnCertificate.class);
    private static final long ASK_MS = 10_000;
    private static final long LOOK_MS_MIN = 1_000;
    static final long PAUSE_MS_MAX = 60_000;
    /** After a failure, so many more tries fit into the rest of the certificate's life. */
    static final int TRIES_IN_THE_REST = 20;
    /** At random, so that members that joined together renew one by one: so much of the set share later. */
    private static final double SPREAD = 0.2;

    /** Who is asked first: this node. */
    interface Self {
        /** As {@link RenewalAnswers#renew}. */
        JoinResponse renew(RenewCertificateRequest request, NodeId node, X509Certificate shown, Deadline deadline);
    }

    private final ServerConfig config;
    private final Replica replica;
    private final Supplier<List<Member>> members;
    private final Self self;
    private final RenewalCalls others;
    private final LongSupplier clockMs;
    private final DoubleSupplier draw;
    private volatile boolean closed;
    private String dueSerial = "";
    private long dueMs;
    private long endMs;

    /**
     * @param members who may be asked, as they are now
     * @param clockMs Unix ms
     * @param draw    in [0, 1)
     */
    OwnCertificate(
            ServerConfig config,
            Replica replica,
            Supplier<List<Member>> members,
            Self self,
            RenewalCalls others,
            LongSupplier clockMs,
            DoubleSupplier draw) {
        this.config = config;
        this.replica = replica;
        this.members = members;
        this.self = self;
        this.others = others;
        this.clockMs = clockMs;
        this.draw = draw;
    }

    /**
     * Renews it if it is due. Blocks; never throws: what failed is in the log, and the certificate as it was.
     *
     * @return in how many ms to look again
     */
    long look() {
        long intervalMs = Math.max(LOOK_MS_MIN, config.tlsReloadIntervalMs());
        try {
            renewIfDue();
            return intervalMs;
        } catch (RegistryException | IOException | GeneralSecurityException e) {
            if (!closed) {
                LOG.warn("this member's certificate could not be renewed: {}", e.getMessage());
            }
            return Math.max(intervalMs, pauseMs());
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.error("renewing this member's certificate failed", e);
            }
            return PAUSE_MS_MAX;
        }
    }

    /** Once it has ended, only an operator can help: no hurry then. */
    private long pauseMs() {
        long restMs = endMs - clockMs.getAsLong();
        return restMs <= 0 ? PAUSE_MS_MAX : Math.min(PAUSE_MS_MAX, restMs / TRIES_IN_THE_REST);
    }

    private void renewIfDue() throws IOException, GeneralSecurityException {
        X509Certificate held = Pem.certificate(Files.readString(config.raftTls().certificate()));
        String serial = held.getSerialNumber().toString(16);
        WorkloadCertificate issued;
        try (StoreSnapshot view = replica.snapshot()) {
            issued = CERTIFICATE.get(view, CERTIFICATE.ref(serial));
        }
        if (issued == null || !issued.getMember().getNode().equals(config.node())) {
            return;
        }
        if (!serial.equals(dueSerial)) {
            dueSerial = serial;
            dueMs = dueMs(issued);
            endMs = Times.unixMs(issued.getExpiresAt());
        }
        if (clockMs.getAsLong() >= dueMs) {
            renew(held, serial);
        }
    }

    private long dueMs(WorkloadCertificate issued) {
        long from = Times.unixMs(issued.getIssuedAt());
        double share = config.bootstrap().memberRenewPercent() / 100.0 * (1 + SPREAD * draw.getAsDouble());
        return from + (long) ((Times.unixMs(issued.getExpiresAt()) - from) * share);
    }

    private void renew(X509Certificate held, String serial) throws IOException, GeneralSecurityException {
        Path certificate = config.raftTls().certificate();
        Path key = config.raftTls().key();
        Path directory = certificate.getParent();
        if (directory == null || !directory.equals(key.getParent())) {
            throw new IOException("tls.raft.certificate and tls.raft.key are not in one directory");
        }
        KeyPair keys = CertificateAuthority.newKeys();
        JoinResponse answer = ask(held, request(serial, keys));
        X509Certificate next = Pem.certificate(answer.getCertificateChain());
        if (!next.getPublicKey().equals(keys.getPublic())) {
            throw new GeneralSecurityException("the answer is a certificate for another key");
        }
        String after = answer.getCertificate().getSerial();
        new CredentialFiles(directory, String.valueOf(key.getFileName()), String.valueOf(certificate.getFileName()))
                .replace(serial, after, Pem.encode(keys.getPrivate()), answer.getCertificateChain());
        LOG.info(
                "this member's certificate {} was renewed: {} until {}",
                serial,
                after,
                Instant.ofEpochMilli(Times.unixMs(answer.getCertificate().getExpiresAt())));
    }

    private RenewCertificateRequest request(String serial, KeyPair keys) throws GeneralSecurityException {
        String pem = SigningRequest.pem(keys);
        String hash = HexFormat.of().formatHex(SigningRequest.parse(pem).publicKeySha256());
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(keys.getPrivate());
        signer.update(PossessionProof.ofRenewal(config.clusterId().toString(), serial, hash));
        return RenewCertificateRequest.newBuilder()
                .setOptions(MutationOptions.newBuilder().setRequestId(RequestIds.next("renewal")))
                .setCertificateRequest(pem)
                .setSignature(ByteString.copyFrom(signer.sign()))
                .build();
    }

    /** All are asked for the same, in turn, this node first: not every one has the key. */
    private JoinResponse ask(X509Certificate held, RenewCertificateRequest request) {
        RegistryException last = null;
        try {
            return self.renew(request, replica.self(), held, Deadline.inMs(ASK_MS));
        } catch (RegistryException e) {
            last = e;
        }
        for (Member member : members.get()) {
            if (closed || member.id().equals(replica.self())) {
                continue;
            }
            try {
                return Waits.await(others.renew(member.id(), request, ASK_MS), Deadline.inMs(ASK_MS));
            } catch (RegistryException e) {
                last = e;
            }
        }
        throw RegistryException.of(
                ErrorCode.PRECONDITION_FAILED,
                "nobody renews it: " + last.getMessage(),
                "see whether a member has bootstrap.member-issuer.*; else join anew under another id",
                last);
    }

    /** Asks nobody any more. Thread: any. */
    void close() {
        closed = true;
    }
}
