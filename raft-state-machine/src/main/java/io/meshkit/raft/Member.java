package io.meshkit.raft;

/**
 * A Raft member as the first start of a quorum names it. Later changes of membership live in the Raft log,
 * which then overrides this list.
 *
 * @param id   stable for the life of the member's data directory
 * @param host where its Raft port listens and is reached; must be among the names of its certificate
 * @param port TCP, 1..65535; the Raft port only
 * @param role whether it votes
 * @param addresses of its other ports; carried by the Raft configuration, never used by Raft
 */
public record Member(NodeId id, String host, int port, Role role, MemberAddresses addresses) {
    /** Whether a member counts towards the majority. */
    public enum Role {
        VOTER,
        /** Receives the log and answers local reads, without a vote. */
        LISTENER
    }

    public Member {
        if (host.isBlank()) {
            throw new IllegalArgumentException("member " + id + ": empty host");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("member " + id + ": port " + port + " is not in 1..65535");
        }
    }

    /** Without its other ports. */
    public Member(NodeId id, String host, int port, Role role) {
        this(id, host, port, role, MemberAddresses.NONE);
    }

    /** A voter. */
    public static Member voter(NodeId id, String host, int port) {
        return new Member(id, host, port, Role.VOTER);
    }

    /** {@code host:port}. */
    public String address() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
