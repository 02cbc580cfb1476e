package io.meshkit.raft;

import io.meshkit.v1.CommandOutcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * An entry on its way through Ratis on the node that proposes it. It is also the proof of origin: the state machine
 * accepts no transaction whose message is not one of these, so nothing can be written through the Raft port.
 */
final class ProposedEntry implements Message {
    private final long callId;
    private final ByteString content;
    private final CompletableFuture<List<CommandOutcome>> outcomes = new CompletableFuture<>();
    private volatile boolean appendBegun;

    ProposedEntry(long callId, ByteString content) {
        this.callId = callId;
        this.content = content;
    }

    long callId() {
        return callId;
    }

    @Override
    public ByteString getContent() {
        return content;
    }

    /** From now on the entry may be in the log: called under the log's lock, right before it is appended. */
    void appendBegins() {
        appendBegun = true;
    }

    boolean appendBegun() {
        return appendBegun;
    }

    CompletableFuture<List<CommandOutcome>> outcomes() {
        return outcomes;
    }

    @Override
    public String toString() {
        return "entry " + callId + " of " + content.size() + " bytes";
    }
}
