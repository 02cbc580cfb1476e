package io.meshkit.raft;

/**
 * Where a member is reached besides its Raft port, each as {@code host:port}.
 *
 * <p>They stand in the Raft configuration, so that whoever knows the members knows how to call them.
 *
 * @param https for clients, HTTP/3, HTTP/2 and HTTP/1.1
 * @param grpc  for clients, gRPC over HTTP/2
 * @param node  for the other members, outside Raft
 */
public record MemberAddresses(String https, String grpc, String node) {
    /** Unknown. */
    public static final MemberAddresses NONE = new MemberAddresses("", "", "");
}
