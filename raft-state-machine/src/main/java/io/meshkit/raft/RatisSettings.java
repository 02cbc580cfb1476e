package io.meshkit.raft;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.security.TlsConf.CertificatesConf;
import org.apache.ratis.security.TlsConf.PrivateKeyConf;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Our configuration in Ratis's terms. What is fixed here is fixed for a reason given beside it. */
final class RatisSettings {
    private static final int STAGING_ENTRIES_MAX = 100;

    private RatisSettings() {}

    static RaftGroupId groupId(ReplicaConfig config) {
        return RaftGroupId.valueOf(config.clusterId());
    }

    static RaftPeerId peerId(NodeId node) {
        return RaftPeerId.valueOf(node.value());
    }

    /** As at the first start; a member that joins later starts with none and is told by the leader. */
    static RaftGroup group(ReplicaConfig config) {
        return config.joining()
                ? RaftGroup.valueOf(groupId(config))
                : RaftGroup.valueOf(
                        groupId(config),
                        config.members().stream().map(RatisPeers::peer).toList());
    }

    static Parameters parameters(ReplicaConfig config, RaftPort port, CommitSpreader spreader) {
        Parameters parameters = new Parameters();
        ReplicaRpcType.setSpreader(parameters, spreader);
        config.tls().ifPresent(tls -> GrpcConfigKeys.TLS.setConf(parameters, mutualTls(tls)));
        GrpcConfigKeys.Server.setServicesCustomizer(parameters, port);
        return parameters;
    }

    static RaftProperties properties(ReplicaConfig config) {
        RaftProperties properties = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(
                properties, List.of(config.raftDirectory().toFile()));
        RaftServerConfigKeys.setStorageFreeSpaceMin(
                properties, SizeInBytes.valueOf(config.limits().freeSpaceBytesMin()));
        // A pause makes a leader step down, but must not take the node out of service.
        RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(300, TimeUnit.SECONDS));
        times(properties, config.timeouts());
        log(properties, config);
        snapshots(properties, config.snapshots());
        grpc(properties, config);
        return properties;
    }

    private static void times(RaftProperties properties, RaftTimeouts timeouts) {
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, duration(timeouts.electionMin()));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, duration(timeouts.electionMax()));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, duration(timeouts.firstElectionMin()));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, duration(timeouts.firstElectionMax()));
        RaftServerConfigKeys.Rpc.setRequestTimeout(properties, duration(timeouts.request()));
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
                properties, duration(timeouts.electionMax().multipliedBy(2)));
        RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
        // Adding a majority at once could form a quorum that lacks acknowledged entries.
        RaftServerConfigKeys.LeaderElection.setMemberMajorityAdd(properties, false);
        // A member that is added gets a vote when it lacks no more than this: by then it is nearly up to date.
        RaftServerConfigKeys.setStagingCatchupGap(properties, STAGING_ENTRIES_MAX);
        // Each entry is submitted once under its own id; retries are recognized in the replicated state.
        RaftServerConfigKeys.RetryCache.setExpiryTime(properties, TimeDuration.valueOf(5, TimeUnit.SECONDS));
        // Our own barrier confirms reads; nothing reads through Ratis.
        RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
        RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, false);
    }

    private static void log(RaftProperties properties, ReplicaConfig config) {
        SizeInBytes entryMax = SizeInBytes.valueOf(config.limits().logEntryBytesMax());
        SizeInBytes segmentMax = SizeInBytes.valueOf(config.snapshots().logSegmentBytesMax());
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, segmentMax);
        RaftServerConfigKeys.Log.setPreallocatedSize(
                properties, SizeInBytes.valueOf(Math.min(4L << 20, segmentMax.getSize())));
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, segmentMax);
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, entryMax);
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf(entryMax.getSize() + 1024));
        // One more entry per commit would double the log's writes.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        // Both would acknowledge what is not on disk.
        RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, false);
        RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, false);
        // The other policy may drop acknowledged entries silently.
        RaftServerConfigKeys.Log.setCorruptionPolicy(properties, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
        // Ratis's own waits up to 5 s before it looks again for a member that was down: it would come back unnoticed.
        // Not shorter than this either: between two heartbeats to such a member Ratis's appender spins.
        long retryMs = Math.max(1, config.timeouts().electionMin().toMillis() / 2);
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(properties, "1ms,3, " + retryMs + "ms,1000000000");
        // Snapshots are fetched by us, as checkpoints of the live store.
        RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, false);
    }

    private static void snapshots(RaftProperties properties, SnapshotPolicy policy) {
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, policy.entriesMax());
        RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setTriggerWhenRemoveEnabled(properties, false);
        // Otherwise one dead member keeps everybody's log for ever.
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(properties, policy.logEntriesKept());
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
    }

    private static void grpc(RaftProperties properties, ReplicaConfig config) {
        Member self = config.selfMember();
        RaftConfigKeys.Rpc.setType(properties, new ReplicaRpcType());
        GrpcConfigKeys.Server.setHost(properties, self.host());
        GrpcConfigKeys.Server.setPort(properties, self.port());
        GrpcConfigKeys.setMessageSizeMax(
                properties, SizeInBytes.valueOf(config.limits().logEntryBytesMax() + (4L << 20)));
        GrpcConfigKeys.setFlowControlWindow(properties, SizeInBytes.valueOf(4L << 20));
        GrpcConfigKeys.Server.setLeaderOutstandingAppendsMax(properties, 64);
    }

    private static GrpcTlsConfig mutualTls(RaftTls tls) {
        GrpcTlsConfig.Builder builder = GrpcTlsConfig.newBuilder().setName("raft");
        if (tls.live().isPresent()) {
            builder.setKeyManager(tls.live().get().keys());
            builder.setTrustManager(tls.live().get().trust());
        } else {
            builder.setPrivateKey(new PrivateKeyConf(file(tls.privateKey())));
            builder.setKeyCertificates(new CertificatesConf(file(tls.certificateChain())));
            builder.setTrustCertificates(new CertificatesConf(file(tls.certificateAuthority())));
        }
        builder.setMutualTls(true);
        builder.setProtocols("TLSv1.3");
        return builder.build();
    }

    private static File file(Path path) {
        return path.toFile();
    }

    private static TimeDuration duration(Duration duration) {
        return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
    }
}
