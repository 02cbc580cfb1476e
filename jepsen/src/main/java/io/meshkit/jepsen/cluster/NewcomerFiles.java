package io.meshkit.jepsen.cluster;

import io.meshkit.client.ClientContext;
import io.meshkit.client.Endpoint;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Files of a node that is to join a quorum which {@code quorum init} made, beside those of its members. */
final class NewcomerFiles {
    private static final Duration VALIDITY = Duration.ofDays(30);

    /** One of the first members: whom they take for clients is in its files. */
    private static final String FOUNDER = "node-1";

    private NewcomerFiles() {}

    /**
     * Writes certificates and configuration to {@code <quorum>/<node>/}.
     *
     * @param node  of an id that no member had, on the ports of the others
     * @param known members to ask
     */
    static void write(Path quorum, ClientContext context, Endpoint node, List<Endpoint> known) throws IOException {
        Path directory = quorum.resolve(node.node());
        Path tls = Files.createDirectories(directory.resolve("tls"));
        String spiffeId = "spiffe://" + context.clusterId() + "/node/" + node.node();
        List<String> hosts = List.of(node.host());
        write(
                tls,
                "server",
                authority(quorum, "ca").issue(CertificateRequest.forServer(node.node(), hosts, spiffeId, VALIDITY)));
        write(
                tls,
                "raft",
                authority(quorum, "raft-ca").issue(CertificateRequest.forNode(node.node(), hosts, spiffeId, VALIDITY)));
        Files.writeString(directory.resolve("server.yaml"), yaml(context, node, known));
    }

    private static CertificateAuthority authority(Path quorum, String name) throws IOException {
        try {
            return CertificateAuthority.load(
                    Files.readString(quorum.resolve("tls").resolve(name + ".pem")),
                    Files.readString(quorum.resolve("tls").resolve(name + ".key")));
        } catch (GeneralSecurityException e) {
            throw new IOException("the quorum's authority " + name + " cannot be used", e);
        }
    }

    private static void write(Path directory, String name, Credential credential) throws IOException {
        Files.writeString(directory.resolve(name + ".pem"), credential.certificatePem());
        Files.writeString(directory.resolve(name + ".key"), credential.privateKeyPem());
    }

    private static String yaml(ClientContext context, Endpoint self, List<Endpoint> known) {
        List<Endpoint> all = new ArrayList<>(known);
        all.add(self);
        StringBuilder members = new StringBuilder();
        for (Endpoint member : all) {
            members.append("  - {node: ")
                    .append(member.node())
                    .append(", ")
                    .append(ports(member))
                    .append("}\n");
        }
        return String.format(Locale.ROOT, """
                cluster: {id: %s, name: local}
                node: {id: %s, data-dir: data}
                listen: {%s}
                members:
                %stls:
                  client: {certificate: tls/server.pem, key: tls/server.key, ca: ../%s/tls/client-ca.pem}
                  raft: {certificate: tls/raft.pem, key: tls/raft.key, ca: ../tls/raft-ca.pem}
                access: {file: ../access.yaml}
                bootstrap: {server-trust: ../tls/ca.pem}
                log: {level: info, directory: log}
                """, context.clusterId(), self.node(), ports(self), members, FOUNDER);
    }

    /** As {@code quorum init} chooses them: one after the other. */
    private static String ports(Endpoint node) {
        return "host: " + node.host() + ", https-port: " + node.httpsPort() + ", grpc-port: " + node.grpcPort()
                + ", raft-port: " + raftPort(node) + ", node-port: " + nodePort(node);
    }

    static int raftPort(Endpoint node) {
        return node.grpcPort() + 1;
    }

    static int nodePort(Endpoint node) {
        return node.grpcPort() + 2;
    }
}
