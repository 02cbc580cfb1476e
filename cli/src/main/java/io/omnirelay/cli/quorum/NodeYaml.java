package io.omnirelay.cli.quorum;

import io.meshkit.v1.QuorumMember;
import io.omnirelay.cli.output.Json;
import java.util.List;
import java.util.Locale;

/**
 * The configuration of a node as text. Paths in it are relative to its file, in a directory of the node's own below the
 * quorum's.
 *
 * @param members as flow mappings: all of a new quorum, or the node itself and those that it finds the quorum by
 */
record NodeYaml(String quorumId, String quorumName, NodeSpec node, List<String> members) {

    static String member(NodeSpec member) {
        return "{node: " + member.node() + ", " + ports(member) + "}";
    }

    /** As a member says of itself where it is. */
    static String member(QuorumMember member) {
        return String.format(
                Locale.ROOT,
                "{node: %s, host: %s, https-port: %s, grpc-port: %s, raft-port: %s, node-port: %s}",
                Json.quote(member.getNode()),
                Json.quote(host(member.getRaftAddress())),
                port(member.getHttpsAddress()),
                port(member.getGrpcAddress()),
                port(member.getRaftAddress()),
                port(member.getNodeAddress()));
    }

    private static String host(String address) {
        String host = address.substring(0, address.lastIndexOf(':'));
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static String port(String address) {
        return address.substring(address.lastIndexOf(':') + 1);
    }

    private static String ports(NodeSpec node) {
        return "host: " + (node.host().indexOf(':') < 0 ? node.host() : Json.quote(node.host())) + ", https-port: "
                + node.httpsPort() + ", grpc-port: " + node.grpcPort() + ", raft-port: " + node.raftPort()
                + ", node-port: " + node.nodePort();
    }

    /** Of a node of a new quorum: it issues certificates. */
    String ofFounder() {
        return top("new", "server", "raft") + """
                  issuer: {certificate: tls/issuer.pem, key: tls/issuer.key}
                  member-issuer: {certificate: tls/member-issuer.pem, key: tls/member-issuer.key}
                """ + log();
    }

    /** Of a node that is to be added. It has one certificate for all its ports, and issues none. */
    String ofJoiner() {
        return top("join", "member", "member") + log();
    }

    private String top(String initialState, String client, String raft) {
        StringBuilder list = new StringBuilder();
        members.forEach(member -> list.append("  - ").append(member).append('\n'));
        return String.format(
                Locale.ROOT,
                """
                # One node of the quorum. Paths are relative to this file.
                cluster: {id: %s, name: %s}
                node: {id: %s, data-dir: data, initial-state: %s}
                listen: {%s}
                members:
                %stls:
                  client: {certificate: tls/%s.pem, key: tls/%s.key, ca: tls/client-ca.pem}
                  raft: {certificate: tls/%s.pem, key: tls/%s.key, ca: ../tls/raft-ca.pem}
                access: {file: ../access.yaml}
                bootstrap:
                  server-trust: ../tls/ca.pem
                """,
                quorumId,
                Json.quote(quorumName),
                node.node(),
                initialState,
                ports(node),
                list,
                client,
                client,
                raft,
                raft);
    }

    private static String log() {
        return "log: {level: info, directory: log}\n";
    }
}
