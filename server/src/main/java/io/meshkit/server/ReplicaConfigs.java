package io.meshkit.server;

import io.meshkit.domain.RegistryStateMachine;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.RaftLimits;
import io.meshkit.raft.RaftTimeouts;
import io.meshkit.raft.RaftTls;
import io.meshkit.raft.ReplicaConfig;
import io.meshkit.raft.SnapshotPolicy;
import io.meshkit.raft.StoreOpener;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.server.leases.LeaseSettings;
import io.meshkit.server.members.QuorumMembers;
import io.meshkit.storage.RecentRows;
import io.meshkit.storage.rocksdb.RocksDbOptions;
import io.meshkit.storage.rocksdb.RocksDbStore;
import java.time.Duration;
import java.util.Optional;

/** The server's configuration in the words of the replica and of the store. */
final class ReplicaConfigs {
    private static final int LOG_ENTRY_BYTES_MAX = 4 << 20;

    private ReplicaConfigs() {}

    static LeaseSettings leases(ServerConfig config) {
        ServerConfig.Leases leases = config.leases();
        return new LeaseSettings(
                leases.suspectGraceMs(),
                leases.checkpointIntervalMs(),
                leases.guardPercent(),
                leases.guardCountMin(),
                leases.guardWindowMs());
    }

    static ReplicaConfig replica(ServerConfig config, RaftTls.Live live) {
        return new ReplicaConfig(
                new NodeId(config.node()),
                config.clusterId(),
                config.members().stream().map(QuorumMembers::of).toList(),
                config.dataDirectory(),
                config.initialState() != ServerConfig.InitialState.EXISTING,
                config.initialState() == ServerConfig.InitialState.JOIN,
                config.raft().earlyElection(),
                Optional.of(new RaftTls(
                        config.raftTls().certificate(),
                        config.raftTls().key(),
                        config.raftTls().ca(),
                        Optional.of(live))),
                timeouts(config.raft()),
                limits(config),
                new SnapshotPolicy(
                        config.raft().snapshotThresholdEntries(),
                        Duration.ofMillis(config.raft().snapshotIntervalMs()),
                        config.raft().logEntriesKept(),
                        config.raft().logEntriesHeldMax(),
                        config.raft().logSegmentBytesMax()));
    }

    private static RaftTimeouts timeouts(ServerConfig.Raft raft) {
        return new RaftTimeouts(
                Duration.ofMillis(raft.electionTimeoutMinMs()),
                Duration.ofMillis(raft.electionTimeoutMaxMs()),
                Duration.ofMillis(raft.firstElectionTimeoutMinMs()),
                Duration.ofMillis(raft.firstElectionTimeoutMaxMs()),
                Duration.ofMillis(raft.requestTimeoutMs()),
                Duration.ofMillis(raft.readRoundTimeoutMs()));
    }

    private static RaftLimits limits(ServerConfig config) {
        return new RaftLimits(
                config.limits().requestBytesMax(),
                config.raft().entryCommandsMax(),
                config.raft().entryBytesMax(),
                config.raft().entriesInFlightMax(),
                config.raft().queueCommandsMax(),
                config.raft().queueBytesMax(),
                LOG_ENTRY_BYTES_MAX,
                config.raft().freeSpaceBytesMin());
    }

    static StoreOpener opener(ServerConfig.Storage storage) {
        return (directory, tables) -> new RecentRows(
                RocksDbStore.open(directory, tables, options(storage)),
                RegistryStateMachine.REREAD_TABLES,
                storage.recentRowsBytesMax());
    }

    private static RocksDbOptions options(ServerConfig.Storage storage) {
        return new RocksDbOptions(
                storage.blockCacheBytes(),
                storage.writeBufferBytesMax(),
                storage.openFilesMax(),
                storage.backgroundJobs(),
                RocksDbOptions.defaults().closeWaitMax());
    }
}
