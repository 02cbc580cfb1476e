package io.meshkit.jepsen.os;

/** Something of the operating system that a fault needs. */
public enum Capability {
    NAMESPACES("namespaces", "own network, mount and process namespaces (root, or unprivileged user namespaces)"),
    VETH("veth", "virtual network links between them (ip, of iproute2)"),
    NFTABLES("nft", "dropping packets by source and destination (nft, of nftables)"),
    NUMGEN("numgen", "dropping packets at random (nft numgen)"),
    TMPFS("tmpfs", "a file system in memory of a limited size"),
    LOOP("loop", "an ext4 image on a loop device, and shutting it down (root; mkfs.ext4, of e2fsprogs)"),
    FAKETIME("faketime", "a wall clock that can be set (libfaketime)");

    private final String id;
    private final String what;

    Capability(String id, String what) {
        this.id = id;
        this.what = what;
    }

    public String id() {
        return id;
    }

    /** For people. */
    public String what() {
        return what;
    }
}
