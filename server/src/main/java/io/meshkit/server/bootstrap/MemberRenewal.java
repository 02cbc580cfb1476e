package io.meshkit.server.bootstrap;

import static io.meshkit.domain.records.CertificateKind.CERTIFICATE;

import com.google.protobuf.ByteString;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.PossessionProof;
import io.meshkit.api.RegistryException;
import io.meshkit.api.RequestIds;
import io.meshkit.domain.kernel.Times;
import io.meshkit.raft.Member;
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
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews this member's own certificate while it is good, if the registry has issued it: with a new key, which is made here
 * and goes nowhere. Key and certificate change in one step; that they did is seen as any other change of these files is.
 * A certificate that somebody else has issued is left to him. Thread: its own.
 */
public final class MemberRenewal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberRenewal.class);
    private static final long ASK_MS = 10_000;
    private static final long LOOK_MS_MIN = 1_000;
    private static final long PAUSE_MS_MAX = 60_000;
    /** After a failure, so many more tries fit into the rest of the certificate's life. */
    private static final int TRIES_IN_THE_REST = 20;
    /** At random, so that members that joined together renew one by one: so much of the set share later. */
    private static final double SPREAD = 0.2;

    private final ServerConfig config;
    private final Replica replica;
    private final Supplier<List<Member>> members;
    private final RenewalAnswers self;
    private final RenewalCalls others;
    private final Thread thread;
    private volatile boolean closed;
    private String dueSerial = "";
    private long dueMs;
    private long endMs;

    private MemberRenewal(
            ServerConfig config,
            Replica replica,
            Supplier<List<Member>> members,
            RenewalAnswers self,
            RenewalCalls others) {
        this.config = config;
        this.replica = replica;
        this.members = members;
        this.self = self;
        this.others = others;
        this.thread = Thread.ofPlatform().name("member-renewal").daemon().unstarted(this::run);
    }

    /** @param members who may be asked, as they are now */
    public static MemberRenewal start(
            ServerConfig config,
            Replica replica,
            Supplier<List<Member>> members,
            RenewalAnswers self,
            RenewalCalls others) {
        MemberRenewal renewal = new MemberRenewal(config, replica, members, self, others);
        renewal.thread.start();
        return renewal;
    }

    private void run() {
        long intervalMs = Math.max(LOOK_MS_MIN, config.tlsReloadIntervalMs());
        while (!closed) {
            long pauseMs = intervalMs;
            try {
                look();
            } catch (RegistryException | IOException | GeneralSecurityException e) {
                if (!closed) {
                    LOG.warn("this member's certificate could not be renewed: {}", e.getMessage());
                }
                pauseMs = Math.max(intervalMs, pauseMs());
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.error("renewing this member's certificate failed", e);
                }
                pauseMs = PAUSE_MS_MAX;
            }
            try {
                Thread.sleep(pauseMs);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void look() throws IOException, GeneralSecurityException {
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
            dueMs = dueMs(issued, ThreadLocalRandom.current().nextDouble());
            endMs = Times.unixMs(issued.getExpiresAt());
        }
        if (System.currentTimeMillis() >= dueMs) {
            renew(held, serial);
        }
    }

    private long dueMs(WorkloadCertificate issued, double draw) {
        long from = Times.unixMs(issued.getIssuedAt());
        double share = config.bootstrap().memberRenewPercent() / 100.0 * (1 + SPREAD * draw);
        return from + (long) ((Times.unixMs(issued.getExpiresAt()) - from) * share);
    }

    private long pauseMs() {
        return Math.min(PAUSE_MS_MAX, Math.max(0, endMs - System.currentTimeMillis()) / TRIES_IN_THE_REST);
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

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
