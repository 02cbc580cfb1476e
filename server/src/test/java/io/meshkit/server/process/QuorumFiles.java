package io.meshkit.server.process;

import io.meshkit.server.access.Tokens;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.Credential;
import io.omnirelay.pki.SecretFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** Everything that a quorum has on disk before its first start. */
public final class QuorumFiles {
    public static final String ADMIN_TOKEN = "mkr_admin-token-of-a-test";
    public static final String READER_TOKEN = "mkr_reader-token-of-a-test";

    private static final Duration VALIDITY = Duration.ofDays(1);

    private final UUID clusterId = UUID.randomUUID();
    private final CertificateAuthority clientCa = CertificateAuthority.create("test clients", VALIDITY);
    private final CertificateAuthority raftCa = CertificateAuthority.create("test members", VALIDITY);
    private final CertificateAuthority workloadCa = CertificateAuthority.create("test workloads", VALIDITY);
    private final List<Member> members;

    /** A member and its ports. */
    public record Member(String node, Path directory, int https, int grpc, int raft, int nodePort) {
        public Path config() {
            return directory.resolve("registry.yaml");
        }
    }

    private QuorumFiles(List<Member> members) {
        this.members = new CopyOnWriteArrayList<>(members);
    }

    /** The files of a node that is to join a quorum of which it knows one member. */
    public Member join(Path directory, String node, Member known, Map<String, String> settings) throws IOException {
        List<Integer> ports = FreePorts.find(4);
        Member joiner =
                new Member(node, directory.resolve(node), ports.get(0), ports.get(1), ports.get(2), ports.get(3));
        writeTls(joiner);
        Files.writeString(joiner.config(), config(joiner, List.of(known, joiner), "join", settings));
        members.add(joiner);
        return joiner;
    }

    /**
     * @param settings extra lines of the configuration by section, for example {@code raft → "{…}"}
     */
    public static QuorumFiles create(Path directory, int nodes, Map<String, String> settings) throws IOException {
        List<Integer> ports = FreePorts.find(4 * nodes);
        List<Member> members = IntStream.range(0, nodes)
                .mapToObj(i -> new Member(
                        "node-" + (i + 1),
                        directory.resolve("node-" + (i + 1)),
                        ports.get(4 * i),
                        ports.get(4 * i + 1),
                        ports.get(4 * i + 2),
                        ports.get(4 * i + 3)))
                .toList();
        QuorumFiles files = new QuorumFiles(members);
        for (Member member : members) {
            files.write(member, settings);
        }
        return files;
    }

    public List<Member> members() {
        return members;
    }

    public UUID clusterId() {
        return clusterId;
    }

    /** PEM of the CA that signed the servers' certificates for clients. */
    public String clientCaPem() {
        return clientCa.root().certificatePem();
    }

    /** A client certificate for the SPIFFE path, for example {@code operator/admin}. */
    public Credential clientCertificate(String path) {
        return clientCa.issue(CertificateRequest.forClient("client", spiffe(path), VALIDITY));
    }

    private String spiffe(String path) {
        return "spiffe://" + clusterId + "/" + path;
    }

    private void write(Member member, Map<String, String> settings) throws IOException {
        writeTls(member);
        Files.writeString(member.config(), config(member, members, "new", settings));
    }

    private void writeTls(Member member) throws IOException {
        Path tls = Files.createDirectories(member.directory().resolve("tls"));
        List<String> hosts = List.of("127.0.0.1");
        write(
                tls,
                "server",
                clientCa.issue(
                        CertificateRequest.forServer(member.node(), hosts, spiffe("node/" + member.node()), VALIDITY)));
        write(
                tls,
                "raft",
                raftCa.issue(
                        CertificateRequest.forNode(member.node(), hosts, spiffe("node/" + member.node()), VALIDITY)));
        Files.writeString(
                tls.resolve("ca.pem"), clientCaPem() + workloadCa.root().certificatePem());
        Files.writeString(tls.resolve("server-ca.pem"), clientCaPem());
        SecretFiles.write(tls.resolve("issuer.pem"), workloadCa.root().certificatePem());
        SecretFiles.write(tls.resolve("issuer.key"), workloadCa.root().privateKeyPem());
        Files.writeString(tls.resolve("raft-ca.pem"), raftCa.root().certificatePem());
        Files.writeString(member.directory().resolve("access.yaml"), access());
    }

    public CertificateAuthority raftCa() {
        return raftCa;
    }

    /** New key material for the Raft port of a member. @param trusted PEM of one or more authorities */
    public void writeRaft(Member member, CertificateAuthority issuer, String trusted) throws IOException {
        Path tls = member.directory().resolve("tls");
        String id = spiffe("node/" + member.node());
        write(tls, "raft", issuer.issue(CertificateRequest.forNode(member.node(), List.of("127.0.0.1"), id, VALIDITY)));
        Files.writeString(tls.resolve("raft-ca.pem"), trusted);
    }

    private static void write(Path directory, String name, Credential credential) throws IOException {
        Files.writeString(directory.resolve(name + ".pem"), credential.certificatePem());
        Files.writeString(directory.resolve(name + ".key"), credential.privateKeyPem());
    }

    private String access() {
        return """
            principals:
              - {name: admin, scopes: [mesh.admin], spiffe: "%s", token-sha256: %s}
              - {name: reader, scopes: [mesh.read], token-sha256: %s}
            """.formatted(spiffe("operator/admin"), Tokens.sha256(ADMIN_TOKEN), Tokens.sha256(READER_TOKEN));
    }

    private String config(Member self, List<Member> known, String state, Map<String, String> settings) {
        StringBuilder yaml = new StringBuilder(
                """
                cluster: {id: %s, name: test}
                node: {id: %s, data-dir: data, initial-state: %s}
                listen: {host: 127.0.0.1, https-port: %d, grpc-port: %d, raft-port: %d, node-port: %d}
                tls:
                  client: {certificate: tls/server.pem, key: tls/server.key, ca: tls/ca.pem}
                  raft: {certificate: tls/raft.pem, key: tls/raft.key, ca: tls/raft-ca.pem}
                access: {file: access.yaml}
                bootstrap:
                  issuer: {certificate: tls/issuer.pem, key: tls/issuer.key}
                  server-trust: tls/server-ca.pem
                members:
                """.formatted(clusterId, self.node(), state, self.https(), self.grpc(), self.raft(), self.nodePort()));
        for (Member member : known) {
            yaml.append("""
                  - {node: %s, host: 127.0.0.1, https-port: %d, grpc-port: %d, raft-port: %d, node-port: %d}
                """.formatted(member.node(), member.https(), member.grpc(), member.raft(), member.nodePort()));
        }
        settings.forEach((section, values) ->
                yaml.append(section).append(": ").append(values).append('\n'));
        return yaml.toString();
    }
}
