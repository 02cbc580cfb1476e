package io.meshkit.raft;

import io.meshkit.domain.LogPosition;
import io.meshkit.storage.OrderedStore;
import io.meshkit.storage.Table;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The started parts of a replica, in the order in which they depend on each other. */
record ReplicaCore(
        RaftServer server,
        ReplicaStateMachine stateMachine,
        LiveStore live,
        Progress progress,
        ProposedEntries proposed,
        LeaderSignal leaderSignal,
        LeaderStreams leaderStreams,
        CommitSpreader spreader,
        ExecutorService executor,
        Deque<AutoCloseable> opened)
        implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaCore.class);
    private static final Pattern LOG_FILE = Pattern.compile("log_(?:inprogress_)?(\\d+)(?:-\\d+)?");

    static ReplicaCore start(ReplicaConfig config, ReplicaParts parts, TermVoteGuard.DirectorySync directorySync)
            throws StartupException {
        // Otherwise Ratis ends the JVM when its port is in use; now it throws.
        ExitUtils.disableSystemExit();
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            return start(config, parts, directorySync, opened);
        } catch (StartupException e) {
            closeAll(opened);
            throw e;
        } catch (IOException | RuntimeException e) {
            closeAll(opened);
            throw explain(e);
        }
    }

    @Override
    public void close() {
        stateMachine.closing();
        closeAll(opened);
    }

    private static ReplicaCore start(
            ReplicaConfig config,
            ReplicaParts parts,
            TermVoteGuard.DirectorySync directorySync,
            Deque<AutoCloseable> opened)
            throws StartupException, IOException {
        requireReadableTls(config);
        requireFreePort(config);
        RaftProperties properties = RatisSettings.properties(config);
        opened.push(DataDirectory.open(config, properties));

        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        opened.push(executor::shutdown);
        List<Table> tables = AppliedRow.withTable(parts.state().tables());
        StoreDirectories directories = new StoreDirectories(config.storeDirectory());
        OrderedStore store = parts.opener().open(directories.recover(), tables);
        LiveStore live = new LiveStore(store, () -> {});
        opened.push(live);
        LogPosition applied = AppliedRow.read(store);
        requireNoGap(config, applied);

        Progress progress = new Progress(applied, parts.state().revision(store), executor);
        ProposedEntries proposed = new ProposedEntries();
        LeaderSignal leaderSignal = new LeaderSignal(executor);
        LeaderStreams leaderStreams = new LeaderStreams();
        TermVoteGuard guard = new TermVoteGuard(directorySync, parts.fatal());
        ReplicaStateMachine stateMachine = new ReplicaStateMachine(
                config,
                parts,
                live,
                progress,
                new SnapshotInstaller(directories, parts.opener(), tables, parts.peers()),
                proposed,
                guard,
                leaderSignal,
                executor);
        CommitSpreader spreader = new CommitSpreader();
        RaftServer server = RaftServer.newBuilder()
                .setServerId(RatisSettings.peerId(config.self()))
                .setGroup(RatisSettings.group(config))
                .setStateMachine(stateMachine)
                .setOption(RaftStorage.StartupOption.RECOVER)
                .setProperties(properties)
                .setParameters(RatisSettings.parameters(
                        config, new RaftPort(guard, leaderStreams, standing(config)), spreader))
                .build();
        opened.push(() -> {
            stateMachine.closing();
            server.close();
        });
        server.start();
        return new ReplicaCore(
                server,
                stateMachine,
                live,
                progress,
                proposed,
                leaderSignal,
                leaderStreams,
                spreader,
                executor,
                opened);
    }

    private static Optional<PeerStanding> standing(ReplicaConfig config) {
        return config.tls().flatMap(RaftTls::live).map(RaftTls.Live::standing);
    }

    /** Found out before anything is formatted; Ratis itself would find out last. */
    private static void requireFreePort(ReplicaConfig config) throws StartupException {
        Member self = config.selfMember();
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(self.host(), self.port()));
        } catch (IOException | IllegalArgumentException e) {
            throw new StartupException(
                    "the Raft port " + self.address() + " cannot be bound: " + e.getMessage(),
                    "stop what uses it, or configure another",
                    e);
        }
    }

    private static void requireReadableTls(ReplicaConfig config) throws StartupException {
        if (config.tls().isEmpty()) {
            LOG.warn(
                    "the Raft port {} is not protected by TLS",
                    config.selfMember().address());
            return;
        }
        RaftTls tls = config.tls().get();
        for (Path file : List.of(tls.certificateChain(), tls.privateKey(), tls.certificateAuthority())) {
            if (!Files.isReadable(file)) {
                throw new StartupException(
                        "the Raft TLS file " + file + " cannot be read", "create it, or name another");
            }
        }
    }

    /** Ratis would wait for ever for entries between the store's state and the log's first entry. */
    private static void requireNoGap(ReplicaConfig config, LogPosition applied) throws StartupException, IOException {
        Path current =
                config.raftDirectory().resolve(config.clusterId().toString()).resolve("current");
        OptionalLong first = Durable.list(current).stream()
                .map(file -> LOG_FILE.matcher(file.getFileName().toString()))
                .filter(Matcher::matches)
                .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
                .min();
        if (first.isPresent() && first.getAsLong() > applied.index() + 1) {
            throw new StartupException(
                    "the Raft log begins at index " + first.getAsLong() + ", but the store in "
                            + config.storeDirectory() + " ends at " + applied.index() + ": entries are missing",
                    "restore the whole data directory; if it is lost, remove this member and add it under a new id");
        }
    }

    private static StartupException explain(Exception failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return new StartupException(
                "the replica could not be started: " + cause.getMessage(), "see the cause in the log", cause);
    }

    private static void closeAll(Deque<AutoCloseable> opened) {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                LOG.warn("closing failed", e);
            }
        }
    }
}
