package io.meshkit.raft;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a replica is and where it keeps its data.
 *
 * @param self      one of the members
 * @param clusterId names the quorum; the same on all its members, another on every other quorum
 * @param members   as at the quorum's first start; see {@link Member}
 * @param directory exists, on a local disk; holds {@code identity}, {@code raft/} (the log) and {@code db/}
 *                  (the live store)
 * @param formatWhenEmpty true: an empty directory is taken for this member's first start. False: it is refused. A
 *                  member whose directory was wiped has lost its vote and acknowledged entries and must not come
 *                  back under its id, so after the quorum's creation this should be false
 * @param joining   this member comes to a quorum that exists: it starts without a configuration, does nothing until a
 *                  leader brings it in, and {@code members} only says where it and some others are. Its log, once
 *                  there, overrides this
 * @param earlyElection this member stands for election without waiting for the timeout when a majority sees that the
 *                  leader's process is gone, and helps others to find out
 * @param tls       empty means a plain-text Raft port: only for tests on loopback
 */
public record ReplicaConfig(
        NodeId self,
        UUID clusterId,
        List<Member> members,
        Path directory,
        boolean formatWhenEmpty,
        boolean joining,
        boolean earlyElection,
        Optional<RaftTls> tls,
        RaftTimeouts timeouts,
        RaftLimits limits,
        SnapshotPolicy snapshots) {

    public ReplicaConfig {
        members = List.copyOf(members);
        Set<NodeId> ids = new HashSet<>();
        Set<String> addresses = new HashSet<>();
        for (Member member : members) {
            if (!ids.add(member.id()) || !addresses.add(member.address())) {
                throw new IllegalArgumentException("two members share an id or an address: " + member);
            }
        }
        if (!ids.contains(self)) {
            throw new IllegalArgumentException("this member, " + self + ", is not among the members " + ids);
        }
        if (members.stream().noneMatch(member -> member.role() == Member.Role.VOTER)) {
            throw new IllegalArgumentException("no member votes: " + members);
        }
    }

    /** With mutual TLS, an empty directory taken for a first start, and defaults for everything else. */
    public static ReplicaConfig of(NodeId self, UUID clusterId, List<Member> members, Path directory, RaftTls tls) {
        return new ReplicaConfig(
                self,
                clusterId,
                members,
                directory,
                true,
                false,
                true,
                Optional.of(tls),
                RaftTimeouts.defaults(),
                RaftLimits.defaults(),
                SnapshotPolicy.defaults());
    }

    public ReplicaConfig withFormatWhenEmpty(boolean other) {
        return new ReplicaConfig(
                self, clusterId, members, directory, other, joining, earlyElection, tls, timeouts, limits, snapshots);
    }

    public ReplicaConfig withJoining(boolean other) {
        return new ReplicaConfig(
                self,
                clusterId,
                members,
                directory,
                formatWhenEmpty,
                other,
                earlyElection,
                tls,
                timeouts,
                limits,
                snapshots);
    }

    public ReplicaConfig withEarlyElection(boolean other) {
        return new ReplicaConfig(
                self, clusterId, members, directory, formatWhenEmpty, joining, other, tls, timeouts, limits, snapshots);
    }

    public ReplicaConfig withTimeouts(RaftTimeouts other) {
        return new ReplicaConfig(
                self,
                clusterId,
                members,
                directory,
                formatWhenEmpty,
                joining,
                earlyElection,
                tls,
                other,
                limits,
                snapshots);
    }

    public ReplicaConfig withLimits(RaftLimits other) {
        return new ReplicaConfig(
                self,
                clusterId,
                members,
                directory,
                formatWhenEmpty,
                joining,
                earlyElection,
                tls,
                timeouts,
                other,
                snapshots);
    }

    public ReplicaConfig withSnapshots(SnapshotPolicy other) {
        return new ReplicaConfig(
                self,
                clusterId,
                members,
                directory,
                formatWhenEmpty,
                joining,
                earlyElection,
                tls,
                timeouts,
                limits,
                other);
    }

    Member selfMember() {
        return members.stream()
                .filter(member -> member.id().equals(self))
                .findFirst()
                .orElseThrow();
    }

    /** Ratis's log, term and vote. */
    Path raftDirectory() {
        return directory.resolve("raft");
    }

    /** The live store; outside of Ratis's directory, which Ratis may clear. */
    Path storeDirectory() {
        return directory.resolve("db");
    }
}
