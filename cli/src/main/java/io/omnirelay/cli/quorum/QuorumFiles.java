package io.omnirelay.cli.quorum;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.ClientContext;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.Credential;
import io.omnirelay.pki.SecretFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Makes the files of a new quorum: its identity, its four authorities, its nodes' certificates and configuration, and
 * one administrator. They appear all at once, or not at all.
 */
final class QuorumFiles {
    private static final Duration CA_VALIDITY = Duration.ofDays(3650);
    private static final Duration VALIDITY = Duration.ofDays(825);
    private static final int TOKEN_BYTES = 32;

    private final Layout layout;
    private final String clusterId;
    private final List<NodeSpec> nodes;

    private QuorumFiles(Layout layout, String clusterId, List<NodeSpec> nodes) {
        this.layout = layout;
        this.clusterId = clusterId;
        this.nodes = nodes;
    }

    /** Whether a quorum's files are there. */
    static boolean exist(Layout layout) {
        return Files.exists(layout.clientYaml()) && Files.exists(layout.accessYaml());
    }

    /**
     * Refuses a directory that holds something else.
     *
     * @throws RegistryException PRECONDITION_FAILED if it is not empty
     */
    static void checkUsable(Layout layout) throws IOException {
        Path directory = layout.directory();
        if (!Files.exists(directory)) {
            return;
        }
        boolean foreign = !Files.isDirectory(directory);
        if (!foreign) {
            try (Stream<Path> files = Files.list(directory)) {
                foreign = files.findAny().isPresent();
            }
        }
        if (foreign) {
            throw RegistryException.of(
                    ErrorCode.PRECONDITION_FAILED,
                    directory + " holds something that is no quorum",
                    "Name an empty or new directory with --data.");
        }
    }

    /**
     * Makes everything.
     *
     * @return the administrator's bearer token
     */
    static String create(Layout layout, List<NodeSpec> nodes) throws IOException {
        Path directory = layout.directory();
        SecretFiles.createDirectories(Layout.directoryOf(directory));
        Path fresh = directory.resolveSibling("." + directory.getFileName() + ".new-"
                + ProcessHandle.current().pid());
        QuorumFiles files = new QuorumFiles(new Layout(fresh), UUID.randomUUID().toString(), nodes);
        try {
            String token = files.writeAll();
            Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
            return token;
        } finally {
            delete(fresh);
        }
    }

    /** Notes that all nodes have been ready: from now on an empty data directory is a lost one. */
    static void markMade(Layout layout) throws IOException {
        if (!Files.exists(layout.made())) {
            SecretFiles.write(layout.made(), "");
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private String writeAll() throws IOException {
        CertificateAuthority clientCa = CertificateAuthority.create("MeshKit client CA " + clusterId, CA_VALIDITY);
        CertificateAuthority raftCa = CertificateAuthority.create("MeshKit Raft CA " + clusterId, CA_VALIDITY);
        CertificateAuthority workloadCa = CertificateAuthority.create("MeshKit workload CA " + clusterId, CA_VALIDITY);
        CertificateAuthority memberCa = CertificateAuthority.create("MeshKit member CA " + clusterId, CA_VALIDITY);
        // Clients take members that join for servers, and members for their like; nobody takes them for clients.
        write(
                layout.tls("ca.pem"),
                clientCa.root().certificatePem() + memberCa.root().certificatePem());
        write(layout.tls("ca.key"), clientCa.root().privateKeyPem());
        write(
                layout.tls("raft-ca.pem"),
                raftCa.root().certificatePem() + memberCa.root().certificatePem());
        write(layout.tls("raft-ca.key"), raftCa.root().privateKeyPem());
        for (NodeSpec node : nodes) {
            writeNode(node, clientCa, raftCa);
            writeIssuers(node, clientCa, workloadCa, memberCa);
        }
        return writeAdmin(clientCa);
    }

    private void writeNode(NodeSpec node, CertificateAuthority clientCa, CertificateAuthority raftCa)
            throws IOException {
        String spiffeId = "spiffe://" + clusterId + "/node/" + node.node();
        Path tls = layout.node(node.node()).resolve("tls");
        List<String> hosts = List.of(node.host());
        Credential server = clientCa.issue(CertificateRequest.forServer(node.node(), hosts, spiffeId, VALIDITY));
        Credential raft = raftCa.issue(CertificateRequest.forNode(node.node(), hosts, spiffeId, VALIDITY));
        write(tls.resolve("server.pem"), server.certificatePem());
        write(tls.resolve("server.key"), server.privateKeyPem());
        write(tls.resolve("raft.pem"), raft.certificatePem());
        write(tls.resolve("raft.key"), raft.privateKeyPem());
        SecretFiles.createDirectories(Layout.directoryOf(layout.console(node.node())));
        write(
                layout.config(node.node()),
                new NodeYaml(
                                clusterId,
                                "local",
                                node,
                                nodes.stream().map(NodeYaml::member).toList())
                        .ofFounder());
    }

    /** Each node has the keys of the workload CA and of the member CA: every one of them can take joins. */
    private void writeIssuers(
            NodeSpec node,
            CertificateAuthority clientCa,
            CertificateAuthority workloadCa,
            CertificateAuthority memberCa)
            throws IOException {
        Path tls = layout.node(node.node()).resolve("tls");
        write(tls.resolve("issuer.pem"), workloadCa.root().certificatePem());
        write(tls.resolve("issuer.key"), workloadCa.root().privateKeyPem());
        write(tls.resolve("member-issuer.pem"), memberCa.root().certificatePem());
        write(tls.resolve("member-issuer.key"), memberCa.root().privateKeyPem());
        write(
                tls.resolve("client-ca.pem"),
                clientCa.root().certificatePem() + workloadCa.root().certificatePem());
    }

    private String writeAdmin(CertificateAuthority clientCa) throws IOException {
        String spiffeId = "spiffe://" + clusterId + "/operator/admin";
        Credential admin = clientCa.issue(CertificateRequest.forClient("admin", spiffeId, VALIDITY));
        write(layout.tls("admin.pem"), admin.certificatePem());
        write(layout.tls("admin.key"), admin.privateKeyPem());
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String token = "mkr_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        write(layout.adminToken(), token + "\n");
        write(
                layout.accessYaml(),
                "# Who may do what. A token is kept only as the SHA-256 of its text.\nprincipals:\n"
                        + "  - name: admin\n    scopes: [mesh.admin]\n    spiffe: \"" + spiffeId
                        + "\"\n    token-sha256: " + sha256(token) + "\n");
        ClientContext context = new ClientContext(
                "local",
                clusterId,
                nodes.stream().map(NodeSpec::endpoint).toList(),
                layout.tls("ca.pem"),
                layout.tls("admin.pem"),
                layout.tls("admin.key"),
                layout.adminToken());
        write(layout.clientYaml(), context.toYaml(layout.directory()));
        return token;
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    private static void write(Path file, String text) throws IOException {
        SecretFiles.createDirectories(Layout.directoryOf(file));
        SecretFiles.write(file, text);
    }
}
