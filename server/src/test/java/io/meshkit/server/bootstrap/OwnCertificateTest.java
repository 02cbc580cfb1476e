package io.meshkit.server.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Counter;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.records.CertificateKind;
import io.meshkit.raft.Member;
import io.meshkit.raft.NodeId;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.server.disk.DiskGate;
import io.meshkit.server.node.MemberRecords;
import io.meshkit.server.process.QuorumFiles;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.FakeReplica;
import io.meshkit.server.verbs.LeaderEvents;
import io.meshkit.server.verbs.LeaderProposals;
import io.meshkit.server.verbs.LeaderRetry;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.RenewCertificateRequest;
import io.meshkit.v1.WorkloadCertificate;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.Pem;
import io.omnirelay.pki.SecretFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificate of node-1, issued by the registry for 90 days from about 1970: the real state, issuer and files. */
class OwnCertificateTest {
    private static final String SERIAL = "4" + "1".repeat(31);
    private static final String OTHER_SERIAL = "4" + "2".repeat(31);
    private static final long LIFE_MS = Duration.ofDays(90).toMillis();
    private static final long INTERVAL_MS = 10_000;
    private static final NodeId NODE3 = new NodeId("node-3");

    @TempDir
    Path directory;

    private final FakeReplica replica = new FakeReplica();
    private final CertificateAuthority memberCa = CertificateAuthority.create("members", Duration.ofDays(1));
    private final List<String> asked = new ArrayList<>();
    private ServerConfig config;
    private Path tls;
    private MemberRecords records;
    private RenewalAnswers answers;
    private OwnCertificate certificate;
    private long clockMs;
    private double draw;

    /** What this node answers, in order: null is a certificate; when there are no more, always that. */
    private final Deque<RuntimeException> ofSelf = new ArrayDeque<>();

    /** What the others answer; those without an entry are down. */
    private Map<NodeId, RuntimeException> ofOthers = Map.of();

    @BeforeEach
    void join() throws Exception {
        QuorumFiles files = QuorumFiles.create(directory, 1, Map.of());
        QuorumFiles.Member member = files.members().getFirst();
        tls = member.directory().resolve("tls");
        SecretFiles.write(tls.resolve("member-issuer.pem"), memberCa.root().certificatePem());
        SecretFiles.write(tls.resolve("member-issuer.key"), memberCa.root().privateKeyPem());
        for (String trust : List.of("raft-ca.pem", "server-ca.pem")) {
            Path file = tls.resolve(trust);
            Files.writeString(file, Files.readString(file) + memberCa.root().certificatePem());
        }
        config = ServerConfig.load(
                member.config(),
                Map.of(),
                List.of(
                        "bootstrap.member-issuer.certificate=" + tls.resolve("member-issuer.pem"),
                        "bootstrap.member-issuer.key=" + tls.resolve("member-issuer.key")));
        hold(SERIAL);
        records = new MemberRecords(replica, config.spiffeId(""));
        records.joined("node-1", SERIAL);
        answers = new Bootstrapping(config, new SecureRandom(), this::members)
                .renewals(new LeaderProposals(
                        replica,
                        null,
                        new LeaderRetry(replica, new LeaderEvents(replica), 100),
                        new DiskGate("node-1", 1_000, new Counter())));
        certificate = start();
        clockMs = 2_000;
    }

    @AfterEach
    void filesBelongTogether() throws Exception {
        assertFilesBelongTogether();
    }

    private List<Member> members() {
        return Stream.of(FakeReplica.SELF, FakeReplica.OTHER, NODE3)
                .map(node -> Member.voter(node, "127.0.0.1", 1))
                .toList();
    }

    /** As after a start of the process. */
    private OwnCertificate start() {
        return new OwnCertificate(
                config,
                replica,
                this::members,
                (request, node, shown, deadline) -> {
                    asked.add("node-1");
                    RuntimeException failure = ofSelf.poll();
                    if (failure != null) {
                        throw failure;
                    }
                    return answers.renew(request, node, shown, deadline);
                },
                (member, request, timeoutMs) -> {
                    asked.add(member.value());
                    return CompletableFuture.supplyAsync(() -> answerOf(member, request), Runnable::run);
                },
                () -> clockMs,
                () -> draw);
    }

    private JoinResponse answerOf(NodeId member, RenewCertificateRequest request) {
        RuntimeException failure = ofOthers.getOrDefault(member, refusal(ErrorCode.NO_LEADER, "is down"));
        if (failure != ISSUES) {
            throw failure;
        }
        return answers.renew(request, FakeReplica.SELF, held(), Deadline.inMs(1_000));
    }

    private static final RuntimeException ISSUES = new RuntimeException("stands for an answer");

    private static RegistryException refusal(ErrorCode code, String why) {
        return RegistryException.of(code, why, "");
    }

    private static RegistryException noKey() {
        return refusal(ErrorCode.PRECONDITION_FAILED, "has no issuing key");
    }

    private void hold(String serial) throws Exception {
        KeyPair keys = CertificateAuthority.newKeys();
        Instant now = Instant.now();
        CertificateRequest request =
                CertificateRequest.forNode("node-1", List.of(), config.spiffeId("node-1"), Duration.ofHours(1));
        X509Certificate made =
                memberCa.certify(keys.getPublic(), request, new BigInteger(serial, 16), now, now.plusSeconds(3_600));
        Files.writeString(tls.resolve("raft.pem"), Pem.encode(made));
        Files.writeString(tls.resolve("raft.key"), Pem.encode(keys.getPrivate()));
    }

    private X509Certificate held() {
        try {
            return Pem.certificate(Files.readString(tls.resolve("raft.pem")));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private String serial() {
        return held().getSerialNumber().toString(16);
    }

    private void assertFilesBelongTogether() throws Exception {
        PrivateKey key = Pem.privateKey(Files.readString(tls.resolve("raft.key")), "EC");
        Signature proof = Signature.getInstance("SHA256withECDSA");
        proof.initSign(key);
        proof.update(new byte[8]);
        byte[] signature = proof.sign();
        proof.initVerify(held().getPublicKey());
        proof.update(new byte[8]);
        assertThat(proof.verify(signature))
                .as("key and certificate belong together")
                .isTrue();
    }

    private WorkloadCertificate issued(String serial) {
        try (StoreSnapshot view = replica.snapshot()) {
            return CertificateKind.CERTIFICATE.get(view, CertificateKind.CERTIFICATE.ref(serial));
        }
    }

    private void passed(double shareOfLife) {
        clockMs = 1_000 + (long) (LIFE_MS * shareOfLife);
    }

    @Test
    void notDue_nobodyIsAsked() {
        passed(0.59);

        assertThat(certificate.look()).isEqualTo(INTERVAL_MS);

        assertThat(asked).isEmpty();
        assertThat(serial()).isEqualTo(SERIAL);
    }

    @Test
    void due_isReplacedByOneForAnotherKey_thatTheStateKnows() {
        X509Certificate before = held();
        passed(0.601);

        assertThat(certificate.look()).isEqualTo(INTERVAL_MS);

        assertThat(asked).containsExactly("node-1");
        assertThat(serial()).isNotEqualTo(SERIAL);
        assertThat(held().getPublicKey()).isNotEqualTo(before.getPublicKey());
        assertThat(issued(serial()).getRenewedFrom()).isEqualTo(SERIAL);
    }

    @Test
    void time_isDrawnOncePerCertificate_upToAFifthLater() {
        draw = 0.999;
        passed(0.71);
        certificate.look();
        draw = 0;
        certificate.look();
        assertThat(asked).isEmpty();

        passed(0.721);
        certificate.look();

        assertThat(asked).containsExactly("node-1");
    }

    @Test
    void certificateOfSomebodyElse_isLeftToHim() throws Exception {
        hold(OTHER_SERIAL);
        passed(0.9);
        certificate.look();
        records.joined("node-4", "4" + "3".repeat(31));
        hold("4" + "3".repeat(31));
        certificate.look();

        assertThat(asked).isEmpty();
        assertThat(serial()).as("of a record that is for another node").isEqualTo("4" + "3".repeat(31));
    }

    @Test
    void nodeWithoutTheKey_asksTheOthersInTurn() {
        ofSelf.add(noKey());
        ofOthers = Map.of(NODE3, ISSUES);
        passed(0.7);

        certificate.look();

        assertThat(asked).containsExactly("node-1", "node-2", "node-3");
        assertThat(serial()).isNotEqualTo(SERIAL);
    }

    @Test
    void allIssuersDown_theOldOneStays_andItIsTriedAgainOftenEnough() {
        passed(0.6);
        int tries = 0;
        long endMs = 1_000 + LIFE_MS;
        while (clockMs < endMs - LIFE_MS / 10) {
            ofSelf.add(noKey());
            long pauseMs = certificate.look();
            assertThat(pauseMs).isBetween(INTERVAL_MS, OwnCertificate.PAUSE_MS_MAX);
            // Faster than it is, as if the process had slept in between.
            clockMs += Math.max(pauseMs, LIFE_MS / 100);
            tries++;
        }
        assertThat(tries).isGreaterThan(20);
        assertThat(asked).hasSize(3 * tries);
        assertThat(serial()).isEqualTo(SERIAL);

        certificate.look();

        assertThat(serial()).as("now that this node has the key").isNotEqualTo(SERIAL);
    }

    @Test
    void pauseAfterAFailure_shrinksWithTheRestOfTheLife_butNotBelowTheInterval() {
        long endMs =
                Duration.ofSeconds(issued(SERIAL).getExpiresAt().getSeconds()).toMillis();
        for (int i = 0; i < 3; i++) {
            ofSelf.add(noKey());
        }

        clockMs = endMs - 3_600_000;
        assertThat(certificate.look()).isEqualTo(OwnCertificate.PAUSE_MS_MAX);
        clockMs = endMs - 600_000;
        assertThat(certificate.look()).isEqualTo(600_000 / OwnCertificate.TRIES_IN_THE_REST);
        clockMs = endMs - 1_000;
        assertThat(certificate.look()).isEqualTo(INTERVAL_MS);
    }

    @Test
    void refusedForGood_staysAsItIs_andIsNotAskedInAHurry() {
        records.revoke(SERIAL);
        clockMs = 2_000 + LIFE_MS;

        assertThat(certificate.look()).isEqualTo(OwnCertificate.PAUSE_MS_MAX);

        assertThat(asked).containsExactly("node-1", "node-2", "node-3");
        assertThat(serial()).isEqualTo(SERIAL);
    }

    @Test
    void unforeseenFailure_endsNothing() {
        ofSelf.add(new IllegalStateException("a bug"));
        passed(0.7);

        assertThat(certificate.look()).isEqualTo(OwnCertificate.PAUSE_MS_MAX);
        assertThat(serial()).isEqualTo(SERIAL);
        certificate.look();

        assertThat(serial()).isNotEqualTo(SERIAL);
    }

    @Test
    void filesThatCannotBeWritten_staysAsItIs_untilTheyCan() throws Exception {
        certificate = new OwnCertificate(
                config,
                replica,
                this::members,
                (request, node, shown, deadline) -> {
                    JoinResponse answer = answers.renew(request, node, shown, deadline);
                    if (asked.isEmpty()) {
                        // A file where the directory of the new pair is to be: like a full disk, at the first write.
                        write(pair(answer), "in the way");
                        asked.add(answer.getCertificate().getSerial());
                    }
                    return answer;
                },
                (member, request, timeoutMs) -> CompletableFuture.failedFuture(noKey()),
                () -> clockMs,
                () -> draw);
        passed(0.7);

        assertThat(certificate.look()).isEqualTo(OwnCertificate.PAUSE_MS_MAX);
        assertThat(serial()).isEqualTo(SERIAL);
        assertFilesBelongTogether();
        certificate.look();

        assertThat(serial()).isNotIn(SERIAL, asked.getFirst());
        assertThat(issued(serial()).getRenewedFrom()).isEqualTo(SERIAL);
    }

    private Path pair(JoinResponse answer) {
        return tls.resolve(".certificate-" + answer.getCertificate().getSerial());
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void restart_betweenTheDecisionAndTheFiles_isRenewedAgainFromTheOldOne() {
        passed(0.7);
        OwnCertificate cutOff = new OwnCertificate(
                config,
                replica,
                this::members,
                (request, node, shown, deadline) -> {
                    asked.add(answers.renew(request, node, shown, deadline)
                            .getCertificate()
                            .getSerial());
                    throw new IllegalStateException("the process ends here");
                },
                (member, request, timeoutMs) -> CompletableFuture.failedFuture(noKey()),
                () -> clockMs,
                () -> draw);
        cutOff.look();
        assertThat(issued(asked.getFirst())).as("decided").isNotNull();
        assertThat(serial()).isEqualTo(SERIAL);

        start().look();

        assertThat(serial()).isNotIn(SERIAL, asked.getFirst());
    }

    @Test
    void answerForAnotherKey_isNotTaken() {
        passed(0.7);
        certificate = new OwnCertificate(
                config,
                replica,
                this::members,
                (request, node, shown, deadline) -> answers.renew(request, node, shown, deadline).toBuilder()
                        .setCertificateChain(memberCa.root().certificatePem())
                        .build(),
                (member, request, timeoutMs) -> CompletableFuture.failedFuture(noKey()),
                () -> clockMs,
                () -> draw);

        assertThat(certificate.look()).isEqualTo(OwnCertificate.PAUSE_MS_MAX);

        assertThat(serial()).isEqualTo(SERIAL);
    }

    @Test
    void closed_asksNobodyElse() {
        ofSelf.add(noKey());
        passed(0.7);
        certificate.close();

        certificate.look();

        assertThat(asked).containsExactly("node-1");
    }
}
