package io.meshkit.server;

import com.codahale.metrics.MetricRegistry;
import io.meshkit.api.RegistryException;
import io.meshkit.api.RequestIds;
import io.meshkit.raft.ApplyListener;
import io.meshkit.raft.FatalHandler;
import io.meshkit.raft.Member;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.RatisReplica;
import io.meshkit.raft.ReplicaParts;
import io.meshkit.raft.StartupException;
import io.meshkit.server.access.AccessInterceptor;
import io.meshkit.server.access.AccessState;
import io.meshkit.server.access.AuthenticationProvider;
import io.meshkit.server.access.Authenticator;
import io.meshkit.server.access.DenialBook;
import io.meshkit.server.access.DenialRecorder;
import io.meshkit.server.access.Denials;
import io.meshkit.server.access.JoinTokenProvider;
import io.meshkit.server.access.MtlsProvider;
import io.meshkit.server.access.Principals;
import io.meshkit.server.access.Rights;
import io.meshkit.server.access.SecondLook;
import io.meshkit.server.access.TokenProvider;
import io.meshkit.server.admission.Admission;
import io.meshkit.server.admission.AdmissionInterceptor;
import io.meshkit.server.admission.AdmissionLimits;
import io.meshkit.server.bootstrap.Bootstrapping;
import io.meshkit.server.bootstrap.MemberRenewal;
import io.meshkit.server.bootstrap.RenewalAnswers;
import io.meshkit.server.compat.ControlServices;
import io.meshkit.server.config.ConfigException;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.server.disk.DiskGate;
import io.meshkit.server.disk.DiskWatch;
import io.meshkit.server.jwt.JwksSource;
import io.meshkit.server.jwt.JwtKeys;
import io.meshkit.server.jwt.JwtProvider;
import io.meshkit.server.leases.LeaseAnswers;
import io.meshkit.server.leases.LeaseMetrics;
import io.meshkit.server.leases.LeaseVerbs;
import io.meshkit.server.leases.Lessor;
import io.meshkit.server.leases.LessorThread;
import io.meshkit.server.leases.ReplicaLeaseLog;
import io.meshkit.server.members.MemberAnswers;
import io.meshkit.server.members.MemberChanges;
import io.meshkit.server.members.MemberDirectory;
import io.meshkit.server.members.MemberVerbs;
import io.meshkit.server.members.MemberWatch;
import io.meshkit.server.members.QuorumMembers;
import io.meshkit.server.node.GrpcLeaseCalls;
import io.meshkit.server.node.GrpcPeerRpc;
import io.meshkit.server.node.LeaseNodeService;
import io.meshkit.server.node.MemberChannels;
import io.meshkit.server.node.MemberNodeService;
import io.meshkit.server.node.MemberTls;
import io.meshkit.server.node.NodeServer;
import io.meshkit.server.node.NodeStanding;
import io.meshkit.server.observe.EntryMetrics;
import io.meshkit.server.observe.HttpRoutes;
import io.meshkit.server.observe.Metrics;
import io.meshkit.server.observe.PrometheusText;
import io.meshkit.server.observe.RequestObserver;
import io.meshkit.server.observe.TlsControl;
import io.meshkit.server.observe.TransportMetrics;
import io.meshkit.server.policy.HostPolicy;
import io.meshkit.server.policy.LivePolicy;
import io.meshkit.server.policy.PolicyMetrics;
import io.meshkit.server.policy.TransportReports;
import io.meshkit.server.upkeep.LeaderUpkeep;
import io.meshkit.server.upkeep.Retention;
import io.meshkit.server.verbs.AccessVerbs;
import io.meshkit.server.verbs.Barrier;
import io.meshkit.server.verbs.CapacityVerbs;
import io.meshkit.server.verbs.Contract;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.LeaderEvents;
import io.meshkit.server.verbs.LeaderProposals;
import io.meshkit.server.verbs.LeaderRetry;
import io.meshkit.server.verbs.Leadership;
import io.meshkit.server.verbs.Minting;
import io.meshkit.server.verbs.Mutations;
import io.meshkit.server.verbs.NodeVerbs;
import io.meshkit.server.verbs.PolicyVerbs;
import io.meshkit.server.verbs.QuorumStatus;
import io.meshkit.server.verbs.Readiness;
import io.meshkit.server.verbs.Reads;
import io.meshkit.server.verbs.Services;
import io.meshkit.server.watch.WatchHub;
import io.meshkit.server.watch.WatchLimits;
import io.meshkit.server.watch.WatchMetrics;
import io.meshkit.server.watch.WatchVerbs;
import io.meshkit.v1.SeedAccessRequest;
import io.omnirelay.pki.SecretFiles;
import io.omnirelay.transport.policy.DowngradeLog;
import io.omnirelay.transport.policy.PolicyGate;
import io.omnirelay.transport.tls.TlsWatcher;
import io.omnirelay.transport.tls.WatchedTls;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running node: the replica, the service for the other members, the endpoints for clients. The only place
 * that knows how the parts fit together.
 */
final class RegistryNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryNode.class);

    private static final long HAND_OVER_MS = 2_000;

    private final ServerConfig config;
    private final ExecutorService executor = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("call-", 0).factory());
    private final MetricRegistry metrics = new MetricRegistry();
    private final Closing closing = new Closing();

    private RegistryNode(ServerConfig config) {
        this.config = config;
    }

    /**
     * Starts everything, in order: store and Raft, the node port, the client ports. What had been started is
     * closed again when a step fails.
     *
     * @throws ConfigException if the access file is wrong
     * @throws StartupException if the data directory, a port or a certificate does not fit
     */
    static RegistryNode start(ServerConfig config, String version) throws ConfigException, StartupException {
        RegistryNode node = new RegistryNode(config);
        try {
            node.startAll(version);
            return node;
        } catch (IOException | IllegalArgumentException e) {
            node.close();
            throw new StartupException(String.valueOf(e.getMessage()), "see the cause", e);
        } catch (ConfigException | StartupException | RuntimeException e) {
            node.close();
            throw e;
        }
    }

    private void startAll(String version) throws ConfigException, StartupException, IOException {
        closing.add("executor", executor::shutdownNow);
        DowngradeLog downgrades = new DowngradeLog(System::currentTimeMillis);
        PolicyMetrics policyMetrics = new PolicyMetrics(metrics, System::currentTimeMillis);
        PolicyGate gate = new PolicyGate(
                HostPolicy.require(config, Instant.now()).policy(),
                policyMetrics,
                downgrades,
                System::currentTimeMillis);
        LivePolicy livePolicy = new LivePolicy(
                config.transportPolicy(),
                config.http3().enabled(),
                gate,
                policyMetrics,
                executor,
                System::currentTimeMillis);
        Principals principals = accessFile();
        AccessState access = new AccessState(principals);
        DenialBook refused = new DenialBook(config.node(), config.denials().rowsHeldMax(), System::currentTimeMillis);
        Denials denials = new Denials(metrics, refused);
        TlsWatcher certificates = closing.add("certificates", new TlsWatcher(InstantSource.system()));
        NodeStanding standing = new NodeStanding(config.spiffeId(""));
        MemberTls memberTls = MemberTls.open(config, standing);
        watch(certificates.watch("members", MemberTls.files(config), true, memberTls::use));
        MemberDirectory directory = new MemberDirectory(config);
        MemberChannels channels =
                closing.add("channels to members", MemberChannels.open(directory, memberTls, executor));
        GrpcPeerRpc peers = new GrpcPeerRpc(channels);
        // It holds the quorum's key and the hashes of all tokens.
        SecretFiles.createDirectories(config.dataDirectory());
        DiskGate disk = new DiskGate(
                config.node(), config.storage().freeBytesMin(), metrics.counter("meshkit_disk_refused_total"));
        disk.own(freeBytes());
        MemberWatch.checkStart(config, directory, peers);
        WatchLimits watchLimits = WatchLimits.of(config.watch());
        WatchHub hub = new WatchHub(watchLimits, new WatchMetrics(metrics));
        LeaseMetrics leaseMetrics = new LeaseMetrics(metrics);
        Lessor lessor = new Lessor(ReplicaConfigs.leases(config), System::nanoTime, leaseMetrics);
        leaseMetrics.register(lessor::counts);
        RatisReplica replica = closing.add(
                "replica",
                RatisReplica.start(
                        ReplicaConfigs.replica(config, memberTls.raft()),
                        new ReplicaParts(
                                new RegistryState(),
                                ReplicaConfigs.opener(config.storage()),
                                peers,
                                ApplyListener.all(new EntryMetrics(metrics), livePolicy, access, standing, hub, lessor),
                                FatalHandler.HALT,
                                System::currentTimeMillis)));

        directory.attach(replica);
        standing.onChange(() -> executor.execute(() -> cutOff(memberTls, replica, channels)));
        standing.attach(replica);
        closing.add("watch over members", MemberWatch.start(replica, directory, peers, FatalHandler.HALT));
        livePolicy.attach(replica);
        access.attach(replica);
        LeaderEvents events = new LeaderEvents(replica);
        LeaderRetry retry = new LeaderRetry(replica, events, config.limits().leaderWaitMs());
        Barrier barrier = new Barrier(replica, peers, retry);
        Readiness readiness = new Readiness(barrier, () -> access.revision() > 0 || !principals.hasAdmin());
        QuorumStatus status = new QuorumStatus(
                replica,
                readiness,
                config.clusterId().toString(),
                () -> directory.members().stream().map(QuorumMembers::toProto).toList(),
                version,
                disk);
        Leadership leadership = new Leadership(replica, () -> voters(replica), peers);
        MemberAnswers members = new MemberAnswers(
                replica, directory, new MemberChanges(replica, directory, peers, executor, System::currentTimeMillis));
        LeaseAnswers leases = new LeaseAnswers(replica.self(), lessor);
        LeaderProposals proposals = new LeaderProposals(replica, peers, retry, disk);
        SecureRandom random = new SecureRandom();
        Bootstrapping bootstrapping = new Bootstrapping(config, random, directory::members);
        RenewalAnswers renewals = bootstrapping.renewals(proposals);
        closing.add(
                "node port",
                NodeServer.start(
                        config,
                        memberTls,
                        standing,
                        replica,
                        leadership,
                        status,
                        disk,
                        List.of(new LeaseNodeService(leases), new MemberNodeService(members, renewals)),
                        executor));
        closing.add(
                "certificate of this member",
                MemberRenewal.start(config, replica, directory::members, renewals, peers));
        lessor.attach(new ReplicaLeaseLog(replica));
        closing.add("lessor", LessorThread.start(lessor));

        Mutations mutations = new Mutations(
                replica,
                proposals,
                barrier,
                RequestIds::next,
                config.limits().requestBytesMax(),
                RegistryState.machine(),
                new Minting(random, PolicyVerbs.with(bootstrapping.minters())),
                denials);
        if (config.denials().flushIntervalMs() > 0) {
            closing.add(
                    "denied attempts",
                    new DenialRecorder(
                                    refused,
                                    (command, ms) -> proposals.submit(command, Deadline.inMs(ms)),
                                    () -> access.revision() > 0,
                                    new DenialRecorder.Limits(
                                            config.denials().flushIntervalMs(),
                                            config.denials().rowsPerFlushMax()),
                                    denials.unrecorded())
                            .start());
        }
        closing.add(
                "watch over the disk",
                DiskWatch.start(
                        disk, this::freeBytes, replica, peers, config.storage().freeCheckIntervalMs()));
        hub.start(replica, executor);
        String clusterId = config.clusterId().toString();
        closing.add(
                "leader's upkeep",
                LeaderUpkeep.start(
                        replica,
                        clusterId,
                        Retention.of(config.journal()),
                        principals.hasAdmin() ? principals.seed() : SeedAccessRequest.getDefaultInstance(),
                        config.journal().checkIntervalMs(),
                        System::currentTimeMillis));
        Rights rights = new Rights(access, denials);
        Reads reads = new Reads(replica, barrier, rights);
        WatchVerbs watches = new WatchVerbs(
                hub,
                watchLimits,
                replica,
                reads,
                rights,
                clusterId,
                config.limits().requestTimeoutMs());
        Admission admission = new Admission(AdmissionLimits.of(config.admission()), System::nanoTime, metrics);
        NodeVerbs nodeVerbs = new NodeVerbs(
                replica,
                status,
                leadership,
                new TransportReports(config.node(), metrics, policyMetrics, livePolicy, downgrades),
                handlers(
                        new LeaseVerbs(replica.self(), leases, new GrpcLeaseCalls(channels), retry).handlers(),
                        new MemberVerbs(replica, members, peers, retry).handlers(),
                        new AccessVerbs(reads, access).handlers(),
                        new CapacityVerbs(
                                        replica,
                                        config.journal(),
                                        config.dataDirectory(),
                                        admission,
                                        hub::watchers,
                                        config.watch().watchersMax())
                                .handlers()));
        Services services = new Services(
                mutations, reads, nodeVerbs, watches::bind, config.limits().requestTimeoutMs());
        ControlServices compatible =
                new ControlServices(reads, nodeVerbs, watches, config.node(), InstantSource.system());
        Metrics.register(metrics, replica, barrier, config.dataDirectory(), disk, version);
        Optional<JwtKeys> jwtKeys = jwtKeys();
        List<AuthenticationProvider> providers = new ArrayList<>();
        jwtKeys.ifPresent(keys -> providers.add(
                new JwtProvider(Objects.requireNonNull(config.jwt()).rules(), keys, System::currentTimeMillis)));
        providers.add(new JoinTokenProvider(access));
        providers.add(new TokenProvider(access));
        providers.add(new MtlsProvider());
        Authenticator authenticator = new Authenticator(
                providers,
                access,
                new SecondLook(
                        ms -> jwtKeys.map(keys -> keys.awaitAsked(ms)).orElse(false) | caughtUp(barrier, ms),
                        System::nanoTime),
                denials);
        HttpRoutes routes = new HttpRoutes(
                authenticator,
                readiness,
                status,
                () -> PrometheusText.of(metrics, bridged(replica)),
                new OpenApiDocument(version));
        TlsControl tlsControl = new TlsControl(authenticator, certificates, InstantSource.system());
        ClientEndpoints endpoints = closing.add(
                "client ports",
                ClientEndpoints.start(
                        config,
                        Stream.concat(services.bind().stream(), compatible.bind(services).stream())
                                .toList(),
                        gate,
                        new AccessInterceptor(authenticator, Contract.rules()),
                        new RequestObserver(metrics, config.limits().slowRequestMs()),
                        new AdmissionInterceptor(admission, Contract.scopes()),
                        Stream.concat(routes.all().stream(), Stream.of(tlsControl.route(), bootstrapping.anchor()))
                                .toList(),
                        new TransportMetrics(metrics),
                        executor));
        closing.add("watches", hub);
        watch(certificates.watch("clients", ClientEndpoints.files(config), false, endpoints::use));
        if (config.tlsReloadIntervalMs() > 0) {
            certificates.start(Duration.ofMillis(config.tlsReloadIntervalMs()));
        }
        closing.add("leadership", () -> handOver(replica, leadership));
        closing.add("readiness", readiness::drain);
        LOG.info("{} of {} serves clients on {}", config.node(), config.clusterName(), config.listen());
    }

    /** Only a new registry reads it; without an administrator in it, nobody could ever use that one. */
    private Principals accessFile() throws ConfigException {
        Principals principals = Principals.load(config.accessFile());
        if (!principals.hasAdmin() && config.initialState() == ServerConfig.InitialState.NEW) {
            LOG.warn(
                    "{} names no administrator: a new registry cannot be used by anybody until it does",
                    config.accessFile());
        }
        return principals;
    }

    /** A file must be there at once; an issuer that is away keeps no node from starting. */
    private Optional<JwtKeys> jwtKeys() throws ConfigException, IOException {
        ServerConfig.Jwt jwt = config.jwt();
        if (jwt == null) {
            return Optional.empty();
        }
        JwtKeys.Source source = jwt.keysFile() != null
                ? JwksSource.file(jwt.keysFile())
                : JwksSource.url(Objects.requireNonNull(jwt.keysUrl()), jwt.ca());
        JwtKeys keys = new JwtKeys(source, new JwtKeys.Limits(jwt.refreshIntervalMs(), jwt.staleMaxMs()), metrics);
        try {
            return Optional.of(closing.add("keys of the JWT issuer", keys.start(jwt.keysFile() != null)));
        } catch (IOException e) {
            throw new ConfigException(List.of("authentication.jwt.jwks-file: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** What others open to this node is refused without this. */
    private static void cutOff(MemberTls tls, RatisReplica replica, MemberChannels channels) {
        for (NodeId node : tls.cutOff()) {
            LOG.warn("the connections to {} were cut: its certificate holds no longer", node);
            channels.disconnect(node);
            replica.disconnect(node);
        }
    }

    private long freeBytes() {
        return config.dataDirectory().toFile().getUsableSpace();
    }

    private static boolean caughtUp(Barrier barrier, long ms) {
        try {
            barrier.confirm(Deadline.inMs(ms));
            return true;
        } catch (RegistryException e) {
            return false;
        }
    }

    private void watch(WatchedTls watched) {
        TlsControl.register(metrics, watched, InstantSource.system());
    }

    private static Map<String, Number> bridged(RatisReplica replica) {
        Map<String, Number> named = new TreeMap<>();
        replica.metrics().forEach((name, value) -> named.put("meshkit_raft_" + name, value));
        return named;
    }

    private static List<NodeId> voters(RatisReplica replica) {
        return replica.membership().voters().stream().map(Member::id).toList();
    }

    @SafeVarargs
    private static Map<String, NodeVerbs.Handler> handlers(Map<String, NodeVerbs.Handler>... services) {
        Map<String, NodeVerbs.Handler> all = new HashMap<>();
        for (Map<String, NodeVerbs.Handler> service : services) {
            all.putAll(service);
        }
        return all;
    }

    /** A planned stop must not cost an election timeout. */
    private void handOver(RatisReplica replica, Leadership leadership) {
        if (replica.isLeader() && voters(replica).size() > 1) {
            leadership.handOver(Deadline.inMs(HAND_OVER_MS));
        }
    }

    /** Stops in the reverse order. Safe to call twice. */
    @Override
    public void close() {
        closing.close();
    }
}
