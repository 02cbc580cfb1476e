package io.meshkit.jepsen.nemesis;

import io.meshkit.api.RegistryException;
import io.meshkit.client.CallSettings;
import io.meshkit.jepsen.cluster.Cluster;
import io.meshkit.jepsen.cluster.Node;
import io.meshkit.v1.AddQuorumMemberRequest;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.meshkit.v1.ListQuorumMembersRequest;
import io.meshkit.v1.ListQuorumMembersResponse;
import io.meshkit.v1.QuorumMember;
import io.meshkit.v1.QuorumMemberRecord.State;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.RemoveQuorumMemberRequest;
import io.meshkit.v1.ReplaceQuorumMemberRequest;
import io.meshkit.v1.TransferLeadershipRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Changes members as an operator does: asks, looks what became of it, and asks again until it is so, whatever happens to
 * the leader meanwhile. Thread: any; blocks.
 */
final class MemberVerbs {
    private static final long LIMIT_MS = 120_000;
    private static final long PAUSE_MS = 300;
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private final Cluster cluster;
    private volatile String trouble = "";

    MemberVerbs(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Why the last attempt did not succeed, for people. */
    String trouble() {
        return trouble;
    }

    /** @return whether the running node has become a member that votes */
    boolean add(Node joiner) throws InterruptedException {
        AddQuorumMemberRequest request = cluster.addressesOf(joiner);
        boolean done = until(
                now -> isMember(now, joiner),
                (leader, now) ->
                        cluster.operator().call(QuorumServiceGrpc.getAddQuorumMemberMethod(), request, at(leader)));
        if (done) {
            cluster.joined(joiner);
        }
        return done;
    }

    /** @return whether the node is removed for ever */
    boolean remove(Node leaver) throws InterruptedException {
        boolean done = until(now -> isGone(now, leaver), (leader, now) -> {
            if (!handedOver(leader, leaver)) {
                return;
            }
            cluster.operator()
                    .call(
                            QuorumServiceGrpc.getRemoveQuorumMemberMethod(),
                            RemoveQuorumMemberRequest.newBuilder()
                                    .setNode(leaver.id())
                                    .build(),
                            at(leader));
        });
        if (done) {
            cluster.left(leaver);
        }
        return done;
    }

    /** @return whether the running node has become a member in place of the other, who is removed for ever */
    boolean replace(Node leaver, Node joiner) throws InterruptedException {
        AddQuorumMemberRequest addresses = cluster.addressesOf(joiner);
        boolean done = until(now -> isMember(now, joiner) && isGone(now, leaver), (leader, now) -> {
            if (!handedOver(leader, leaver)) {
                return;
            }
            cluster.operator()
                    .call(
                            QuorumServiceGrpc.getReplaceQuorumMemberMethod(),
                            ReplaceQuorumMemberRequest.newBuilder()
                                    .setReplaced(leaver.id())
                                    .setNode(joiner.id())
                                    .setHttpsAddress(addresses.getHttpsAddress())
                                    .setGrpcAddress(addresses.getGrpcAddress())
                                    .setRaftAddress(addresses.getRaftAddress())
                                    .setNodeAddress(addresses.getNodeAddress())
                                    .build(),
                            at(leader));
        });
        if (done) {
            cluster.joined(joiner);
            cluster.left(leaver);
        }
        return done;
    }

    /** The leader itself cannot be removed: it is asked to let another one lead, and the next attempt finds that one. */
    private boolean handedOver(String leader, Node leaver) {
        if (!leader.equals(leaver.id())) {
            return true;
        }
        cluster.operator()
                .call(
                        QuorumServiceGrpc.getTransferLeadershipMethod(),
                        TransferLeadershipRequest.getDefaultInstance(),
                        at(leader));
        return false;
    }

    /** @return how many members say that the members are exactly those that should be, as soon as all do */
    long agreeing() throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            Set<String> wanted = new TreeSet<>(cluster.ids());
            long agree = cluster.ask().values().stream()
                    .filter(status -> wanted.equals(names(status)))
                    .count();
            if (agree == wanted.size() || isOver(start)) {
                return agree;
            }
            Thread.sleep(PAUSE_MS);
        }
    }

    private static Set<String> names(GetQuorumStatusResponse status) {
        return status.getMembersList().stream()
                .map(QuorumMember::getNode)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** One attempt at a change, at that leader. */
    private interface Attempt {
        void make(String leader, ListQuorumMembersResponse now);
    }

    private boolean until(Predicate<ListQuorumMembersResponse> isDone, Attempt attempt) throws InterruptedException {
        long start = System.nanoTime();
        while (!isOver(start)) {
            try {
                String leader = cluster.leader();
                if (leader.isEmpty()) {
                    trouble = "nobody leads";
                } else {
                    ListQuorumMembersResponse now = cluster.operator()
                            .call(
                                    QuorumServiceGrpc.getListQuorumMembersMethod(),
                                    ListQuorumMembersRequest.getDefaultInstance(),
                                    at(leader));
                    if (isDone.test(now)) {
                        return true;
                    }
                    if (!isUnderWay(now)) {
                        attempt.make(leader, now);
                    }
                }
            } catch (RegistryException e) {
                trouble = String.valueOf(e.getMessage());
            }
            Thread.sleep(PAUSE_MS);
        }
        return false;
    }

    private static boolean isOver(long start) {
        return System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(LIMIT_MS);
    }

    private static CallSettings at(String leader) {
        return new CallSettings(CALL_LIMIT, leader, false);
    }

    private static boolean isUnderWay(ListQuorumMembersResponse now) {
        return List.of("joining", "leaving").contains(now.getChange().getPhase());
    }

    /** By the configuration and by the journal. */
    private static boolean isMember(ListQuorumMembersResponse now, Node node) {
        return isVoter(now, node) && isNoted(now, node, State.MEMBER);
    }

    private static boolean isGone(ListQuorumMembersResponse now, Node node) {
        return !isVoter(now, node) && isNoted(now, node, State.REMOVED);
    }

    private static boolean isVoter(ListQuorumMembersResponse now, Node node) {
        return now.getMembersList().stream().anyMatch(member -> member.getNode().equals(node.id()));
    }

    private static boolean isNoted(ListQuorumMembersResponse now, Node node, State state) {
        return now.getHistoryList().stream()
                .anyMatch(record -> record.getNode().equals(node.id()) && record.getState() == state);
    }
}
