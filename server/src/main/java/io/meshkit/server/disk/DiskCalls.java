package io.meshkit.server.disk;

import io.meshkit.raft.NodeId;
import java.util.concurrent.CompletableFuture;

/** What a leader asks of the others about their disks. Thread: any number. */
@FunctionalInterface
public interface DiskCalls {
    /** Fails only with {@link io.meshkit.api.RegistryException}. */
    CompletableFuture<Boolean> isDiskLow(NodeId member, long timeoutMs);
}
