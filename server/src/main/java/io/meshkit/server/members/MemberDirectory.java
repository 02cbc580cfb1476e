package io.meshkit.server.members;

import io.meshkit.raft.Member;
import io.meshkit.raft.MemberAddresses;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.v1.QuorumMember;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where other nodes are reached: by the Raft configuration; before there is one, by what a member has told; at first,
 * by the configuration file. Thread: any number.
 */
public final class MemberDirectory {
    private final ServerConfig config;
    private final Map<NodeId, Member> told = new ConcurrentHashMap<>();
    private volatile @Nullable Replica replica;

    public MemberDirectory(ServerConfig config) {
        this.config = config;
    }

    /** From now on the replica's configuration comes first. */
    public void attach(Replica attached) {
        replica = attached;
    }

    /** What another member says about members. */
    public void learn(List<QuorumMember> members) {
        members.forEach(member -> {
            Member known = QuorumMembers.of(member);
            told.put(known.id(), known);
        });
    }

    /** The members of the configuration, or, before there is one, everybody known. */
    public List<Member> members() {
        Replica source = replica;
        if (source != null) {
            List<Member> members = source.membership().members();
            if (!members.isEmpty()) {
                return members;
            }
        }
        return config.members().stream().map(QuorumMembers::of).toList();
    }

    public Optional<Member> find(NodeId id) {
        Optional<Member> member =
                members().stream().filter(known -> known.id().equals(id)).findFirst();
        return member.isPresent() ? member : Optional.ofNullable(told.get(id)).or(() -> configured(id));
    }

    private Optional<Member> configured(NodeId id) {
        return config.members().stream()
                .map(QuorumMembers::of)
                .filter(member -> member.id().equals(id))
                .findFirst();
    }

    /** {@code host:port} for calls outside Raft; empty if it is not known. */
    public Optional<String> nodeAddress(NodeId id) {
        Optional<String> address =
                find(id).map(Member::addresses).map(MemberAddresses::node).filter(text -> !text.isEmpty());
        return address.isPresent()
                ? address
                : configured(id).map(Member::addresses).map(MemberAddresses::node);
    }

    /** All that this node knows, itself left out. */
    public Set<NodeId> others() {
        Set<NodeId> ids = new LinkedHashSet<>();
        members().forEach(member -> ids.add(member.id()));
        config.members().forEach(member -> ids.add(new NodeId(member.node())));
        ids.addAll(told.keySet());
        ids.remove(new NodeId(config.node()));
        return ids;
    }
}
