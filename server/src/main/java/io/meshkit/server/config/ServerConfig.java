package io.meshkit.server.config;

import io.meshkit.server.jwt.JwtRules;
import io.omnirelay.transport.ClientCertificates;
import io.omnirelay.transport.http3.Http3Options;
import io.omnirelay.transport.policy.PolicyDocument;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The configuration in types. What each value means, its unit, default and bounds: {@link Settings}.
 *
 * <p>Invariant: {@code node} is one of {@code members}, and {@code listen} has that member's ports.
 */
public record ServerConfig(
        UUID clusterId,
        String clusterName,
        String node,
        Path dataDirectory,
        InitialState initialState,
        Listen listen,
        List<Member> members,
        Tls clientTls,
        ClientTlsRules clientTlsRules,
        Tls raftTls,
        long tlsReloadIntervalMs,
        Path accessFile,
        Limits limits,
        Http3Options http3,
        Policy transportPolicy,
        Raft raft,
        Leases leases,
        Storage storage,
        Watch watch,
        Journal journal,
        Log log,
        Admission admission,
        Denials denials,
        @Nullable Jwt jwt,
        Bootstrap bootstrap) {
    private static final Pattern NODE_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    /** What an empty data directory means. */
    public enum InitialState {
        /** The first start of a member of a new quorum. */
        NEW,
        /** A loss of data. */
        EXISTING,
        /** The first start of a node that is to become a member of a quorum that exists. */
        JOIN
    }

    /** Where this process listens. */
    public record Listen(String host, int httpsPort, int grpcPort, int raftPort, int nodePort) {}

    /** A Raft member and where it is reached. */
    public record Member(String node, String host, int httpsPort, int grpcPort, int raftPort, int nodePort) {
        public String address(int port) {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** PEM files. */
    public record Tls(Path certificate, Path key, Path ca) {}

    /** PEM files of a certificate for certain names. */
    public record NamedCertificate(Path certificate, Path key) {}

    /** What the endpoints of clients ask for, and show, beyond the certificate that all see. */
    public record ClientTlsRules(
            ClientCertificates https, ClientCertificates http3, ClientCertificates grpc, List<NamedCertificate> named) {
        public ClientTlsRules {
            named = List.copyOf(named);
        }
    }

    public record Limits(
            int requestBytesMax,
            long requestTimeoutMs,
            long leaderWaitMs,
            long slowRequestMs,
            long checkpointBytesPerSecond,
            long shutdownTimeoutMs,
            int connectionsMax,
            int streamsPerConnectionMax,
            int requestsInFlightMax,
            int sessionCallsMax,
            int sessionFrameCallsMax,
            long idleTimeoutMs) {}

    /**
     * The host's part of the transport policy.
     *
     * @param live whether the registry's document holds, too
     */
    public record Policy(boolean live, PolicyDocument document) {}

    public record Raft(
            long electionTimeoutMinMs,
            long electionTimeoutMaxMs,
            long firstElectionTimeoutMinMs,
            long firstElectionTimeoutMaxMs,
            boolean earlyElection,
            long requestTimeoutMs,
            long readRoundTimeoutMs,
            int entryCommandsMax,
            int entryBytesMax,
            int entriesInFlightMax,
            int queueCommandsMax,
            long queueBytesMax,
            long freeSpaceBytesMin,
            long snapshotThresholdEntries,
            long snapshotIntervalMs,
            long logEntriesKept,
            long logEntriesHeldMax,
            long logSegmentBytesMax) {}

    public record Leases(
            long suspectGraceMs, long checkpointIntervalMs, int guardPercent, int guardCountMin, long guardWindowMs) {}

    public record Storage(
            long blockCacheBytes,
            long writeBufferBytesMax,
            long recentRowsBytesMax,
            int openFilesMax,
            int backgroundJobs,
            long freeBytesMin,
            long freeCheckIntervalMs) {}

    public record Watch(
            int watchersMax, int bufferRevisionsMax, long bufferBytesMax, int catchUpsMax, long bookmarkIntervalMs) {}

    public record Journal(long revisionsMax, long bytesMax, long ageMaxMs, long checkIntervalMs) {}

    public record Admission(
            long identityOpsPerSecond,
            long identityBurstOps,
            int identityCallsMax,
            int callsMax,
            int reservedPercent) {}

    /**
     * How workloads get certificates.
     *
     * @param issuerCertificate with {@code issuerKey}; null: this node issues none
     * @param serverTrust       its first certificate is the CA of the servers' certificates
     */
    public record Bootstrap(
            @Nullable Path issuerCertificate,
            @Nullable Path issuerKey,
            @Nullable Path memberIssuerCertificate,
            @Nullable Path memberIssuerKey,
            Path serverTrust,
            int memberRenewPercent,
            long joinsPerSecond) {}

    public record Denials(long flushIntervalMs, int rowsPerFlushMax, int rowsHeldMax) {}

    /**
     * Whose JWTs are credentials, and where the keys are: either file or URL.
     *
     * @param ca of the URL's server; null: the system's
     */
    public record Jwt(
            JwtRules rules,
            @Nullable Path keysFile,
            @Nullable URI keysUrl,
            @Nullable Path ca,
            long refreshIntervalMs,
            long staleMaxMs) {}

    public record Log(String level, Path directory, long fileBytesMax, int filesMax) {}

    public ServerConfig {
        members = List.copyOf(members);
    }

    /**
     * Reads and checks everything.
     *
     * @throws ConfigException naming all that is wrong
     */
    public static ServerConfig load(Path file, Map<String, String> environment, List<String> flags)
            throws ConfigException {
        return of(ConfigLoader.load(file, environment, flags));
    }

    /**
     * @throws ConfigException if the values, each good by itself, do not fit together
     */
    public static ServerConfig of(Effective values) throws ConfigException {
        List<String> problems = new ArrayList<>();
        ServerConfig config = new ServerConfig(
                clusterId(values.text("cluster.id"), problems),
                values.text("cluster.name"),
                values.text("node.id"),
                values.path("node.data-dir"),
                InitialState.valueOf(values.text("node.initial-state").toUpperCase(Locale.ROOT)),
                new Listen(
                        values.text("listen.host"),
                        values.port("listen.https-port"),
                        values.port("listen.grpc-port"),
                        values.port("listen.raft-port"),
                        values.port("listen.node-port")),
                IntStream.range(0, values.count("members"))
                        .mapToObj(index -> member(values, "members[" + index + "]."))
                        .toList(),
                tls(values, "tls.client."),
                rules(values),
                tls(values, "tls.raft."),
                values.number("tls.reload-interval-ms"),
                values.path("access.file"),
                limits(values),
                http3(values, problems),
                PolicySettings.of(values),
                raft(values),
                new Leases(
                        values.number("leases.suspect-grace-ms"),
                        values.number("leases.checkpoint-interval-ms"),
                        (int) values.number("leases.expiry-guard-percent"),
                        (int) values.number("leases.expiry-guard-count-min"),
                        values.number("leases.expiry-guard-window-ms")),
                new Storage(
                        values.number("storage.block-cache-bytes"),
                        values.number("storage.write-buffer-bytes-max"),
                        values.number("storage.recent-rows-bytes-max"),
                        (int) values.number("storage.open-files-max"),
                        (int) values.number("storage.background-jobs"),
                        values.number("storage.free-bytes-min"),
                        values.number("storage.free-check-interval-ms")),
                new Watch(
                        (int) values.number("watch.watchers-max"),
                        (int) values.number("watch.buffer-revisions-max"),
                        values.number("watch.buffer-bytes-max"),
                        (int) values.number("watch.catch-ups-max"),
                        values.number("watch.bookmark-interval-ms")),
                new Journal(
                        values.number("journal.revisions-max"),
                        values.number("journal.bytes-max"),
                        values.number("journal.age-max-ms"),
                        values.number("journal.check-interval-ms")),
                new Log(
                        values.text("log.level"),
                        values.path("log.directory"),
                        values.number("log.file-bytes-max"),
                        (int) values.number("log.files-max")),
                AdmissionSettings.of(values),
                DenialSettings.of(values),
                AuthenticationSettings.of(values, problems),
                BootstrapSettings.of(values, problems));
        config.check(problems);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return config;
    }

    private static UUID clusterId(String text, List<String> problems) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            problems.add("cluster.id: '" + text + "' is not a UUID");
            return new UUID(0, 0);
        }
    }

    private static Member member(Effective values, String key) {
        return new Member(
                values.text(key + "node"),
                values.text(key + "host"),
                values.port(key + "https-port"),
                values.port(key + "grpc-port"),
                values.port(key + "raft-port"),
                values.port(key + "node-port"));
    }

    private static Tls tls(Effective values, String key) {
        return new Tls(values.path(key + "certificate"), values.path(key + "key"), values.path(key + "ca"));
    }

    private static ClientTlsRules rules(Effective values) {
        return new ClientTlsRules(
                ClientCertificates.ofLabel(values.text("tls.client.mtls-https")),
                ClientCertificates.ofLabel(values.text("tls.client.mtls-http3")),
                ClientCertificates.ofLabel(values.text("tls.client.mtls-grpc")),
                IntStream.range(0, values.count("tls.client.named"))
                        .mapToObj(index -> "tls.client.named[" + index + "].")
                        .map(key -> new NamedCertificate(values.path(key + "certificate"), values.path(key + "key")))
                        .toList());
    }

    private static Limits limits(Effective values) {
        return new Limits(
                (int) values.number("limits.request-bytes-max"),
                values.number("limits.request-timeout-ms"),
                values.number("limits.leader-wait-ms"),
                values.number("limits.slow-request-ms"),
                values.number("limits.checkpoint-bytes-per-second"),
                values.number("limits.shutdown-timeout-ms"),
                (int) values.number("limits.connections-max"),
                (int) values.number("limits.streams-per-connection-max"),
                (int) values.number("limits.requests-in-flight-max"),
                (int) values.number("limits.session-calls-max"),
                (int) values.number("limits.session-frame-calls-max"),
                values.number("limits.idle-timeout-ms"));
    }

    private static Http3Options http3(Effective values, List<String> problems) {
        int stream = (int) values.number("http3.stream-window-bytes");
        int connection = (int) values.number("http3.connection-window-bytes");
        if (connection < stream) {
            problems.add("http3.connection-window-bytes must be at least http3.stream-window-bytes");
        }
        return new Http3Options(
                values.on("http3.enabled"),
                stream,
                Math.max(stream, connection),
                (int) values.number("http3.resets-max"),
                (int) values.number("http3.retry-token-seconds"));
    }

    private static Raft raft(Effective values) {
        return new Raft(
                values.number("raft.election-timeout-min-ms"),
                values.number("raft.election-timeout-max-ms"),
                values.number("raft.first-election-timeout-min-ms"),
                values.number("raft.first-election-timeout-max-ms"),
                values.on("raft.early-election"),
                values.number("raft.request-timeout-ms"),
                values.number("raft.read-round-timeout-ms"),
                (int) values.number("raft.entry-commands-max"),
                (int) values.number("raft.entry-bytes-max"),
                (int) values.number("raft.entries-in-flight-max"),
                (int) values.number("raft.queue-commands-max"),
                values.number("raft.queue-bytes-max"),
                values.number("raft.free-space-bytes-min"),
                values.number("raft.snapshot-threshold-entries"),
                values.number("raft.snapshot-interval-ms"),
                values.number("raft.log-entries-kept"),
                values.number("raft.log-entries-held-max"),
                values.number("raft.log-segment-bytes-max"));
    }

    private void check(List<String> problems) {
        if (initialState == InitialState.JOIN && members.size() < 2) {
            problems.add("members: node.initial-state is join, so name a member of the quorum beside " + node);
        }
        Set<String> names = new HashSet<>();
        for (Member member : members) {
            if (!NODE_ID.matcher(member.node()).matches()) {
                problems.add("members: '" + member.node() + "' is no node id: 1–63 of A–Z a–z 0–9 . _ -");
            }
            if (!names.add(member.node())) {
                problems.add("members: " + member.node() + " is listed twice");
            }
        }
        if (names.contains(node)) {
            checkPorts(problems);
        } else {
            problems.add("node.id: " + node + " is not in members " + names);
        }
        if (storage.writeBufferBytesMax() > storage.blockCacheBytes()) {
            problems.add("storage.write-buffer-bytes-max must be at most storage.block-cache-bytes");
        }
        checkOrder("election-timeout", raft.electionTimeoutMinMs(), raft.electionTimeoutMaxMs(), problems);
        checkOrder(
                "first-election-timeout", raft.firstElectionTimeoutMinMs(), raft.firstElectionTimeoutMaxMs(), problems);
    }

    private static void checkOrder(String name, long min, long max, List<String> problems) {
        if (min >= max) {
            problems.add("raft." + name + "-min-ms must be less than raft." + name
                    + "-max-ms: split votes are resolved by the difference");
        }
    }

    private void checkPorts(List<String> problems) {
        Member self = self();
        if (self.httpsPort() != listen.httpsPort()
                || self.grpcPort() != listen.grpcPort()
                || self.raftPort() != listen.raftPort()
                || self.nodePort() != listen.nodePort()) {
            problems.add(
                    "listen: the ports differ from those of " + node + " in members, where the others look for it");
        }
        Set<Integer> ports =
                Set.copyOf(List.of(listen.httpsPort(), listen.grpcPort(), listen.raftPort(), listen.nodePort()));
        if (ports.size() < 4) {
            problems.add("listen: https-port, grpc-port, raft-port and node-port must differ");
        }
    }

    /** This process's own member. */
    public Member self() {
        return member(node);
    }

    /**
     * @throws IllegalArgumentException for a node that is no member
     */
    public Member member(String nodeId) {
        return members.stream()
                .filter(member -> member.node().equals(nodeId))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no member: " + nodeId));
    }

    /** The identity in this or another member's Raft certificate. */
    public String spiffeId(String nodeId) {
        return "spiffe://" + clusterId + "/node/" + nodeId;
    }
}
