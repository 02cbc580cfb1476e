package io.meshkit.raft;

import io.meshkit.v1.CommandOutcome;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The entries that this process has proposed and not yet seen applied, by the id under which they stand in the log.
 *
 * <p>Outcomes go from apply to the proposer through here and not through Ratis's reply, which Ratis would keep in its
 * retry cache on every member.
 *
 * <p>Thread: any number.
 */
final class ProposedEntries {
    /** One per process life: a restarted member does not take its former entries for its own. */
    private final ClientId clientId = ClientId.randomId();

    private final ByteString clientIdBytes = clientId.toByteString();
    private final ConcurrentHashMap<Long, ProposedEntry> byCallId = new ConcurrentHashMap<>();

    ClientId clientId() {
        return clientId;
    }

    void add(ProposedEntry entry) {
        byCallId.put(entry.callId(), entry);
    }

    void remove(ProposedEntry entry) {
        byCallId.remove(entry.callId());
    }

    /** The entry's outcomes are in the store. */
    void applied(StateMachineLogEntryProto logged, List<CommandOutcome> outcomes) {
        if (byCallId.isEmpty() || !clientIdBytes.equals(logged.getClientId())) {
            return;
        }
        @Nullable ProposedEntry entry = byCallId.remove(logged.getCallId());
        if (entry != null) {
            entry.outcomes().complete(outcomes);
        }
    }
}
