package io.meshkit.jepsen.nemesis;

import io.meshkit.jepsen.cluster.Node;
import io.meshkit.jepsen.disk.SmallDisk;
import java.io.IOException;
import java.util.List;

/** A node whose data is on a small disk of its own from the start, so that the disk can be filled. */
record SmallDiskNode(Node node, SmallDisk disk) {
    /** Room for the store, its log's preallocated segments, and a minute of mutations. */
    private static final int MEGABYTES = 256;

    /** @param settings of the node, which would not start on so small a disk with the usual ones */
    static SmallDiskNode prepare(Node node, List<String> settings) throws IOException {
        SmallDisk disk = SmallDisk.mount(node.data(), MEGABYTES);
        node.addSettings(settings);
        node.pin();
        return new SmallDiskNode(node, disk);
    }
}
