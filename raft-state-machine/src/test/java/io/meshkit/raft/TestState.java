package io.meshkit.raft;

import io.meshkit.domain.Applied;
import io.meshkit.domain.LogPosition;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import io.meshkit.storage.WriteBatch;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.CordonPeerRequest;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.LogEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A state as small as can be: each command sets the row named by its principal to the new revision, and counts how
 * often that row was set.
 */
final class TestState implements StateFunction {
    static final Table ROWS = new Table("rows");
    private static final Table META = new Table("meta");
    private static final byte[] REVISION = "revision".getBytes(StandardCharsets.UTF_8);

    static Command set(String key) {
        return Command.newBuilder()
                .setPrincipal(key)
                .setCordonPeer(CordonPeerRequest.getDefaultInstance())
                .build();
    }

    static Command rejected(String key) {
        return set("reject:" + key);
    }

    /** An operation that the state does not know. */
    static Command unknown() {
        return Command.newBuilder().setPrincipal("unknown").build();
    }

    static long count(StoreView view, String key) {
        byte[] value = view.get(ROWS, key.getBytes(StandardCharsets.UTF_8));
        return value == null ? 0 : ByteBuffer.wrap(value).getLong(8);
    }

    @Override
    public List<Table> tables() {
        return List.of(ROWS, META);
    }

    @Override
    public Applied apply(StoreView view, LogEntry entry, LogPosition position) {
        WriteBatch batch = new WriteBatch();
        List<CommandOutcome> outcomes = new ArrayList<>();
        List<AuditEntry> entries = new ArrayList<>();
        long revision = revision(view);
        Map<String, Long> counts = new HashMap<>();
        for (Command command : entry.getCommandsList()) {
            if (command.getOperationCase() == Command.OperationCase.OPERATION_NOT_SET) {
                throw new IllegalStateException("unknown operation");
            }
            String key = command.getPrincipal();
            if (key.startsWith("reject:")) {
                outcomes.add(CommandOutcome.newBuilder()
                        .setRejection(ErrorDetail.newBuilder().setCode("NOT_FOUND"))
                        .setRevision(revision)
                        .build());
                continue;
            }
            revision++;
            long count = counts.containsKey(key) ? counts.get(key) + 1 : count(view, key) + 1;
            counts.put(key, count);
            byte[] value =
                    ByteBuffer.allocate(16).putLong(revision).putLong(count).array();
            batch.put(ROWS, key.getBytes(StandardCharsets.UTF_8), value);
            outcomes.add(CommandOutcome.newBuilder().setRevision(revision).build());
            entries.add(AuditEntry.newBuilder().setRevision(revision).build());
        }
        batch.put(META, REVISION, ByteBuffer.allocate(8).putLong(revision).array());
        List<Integer> entryBytes =
                entries.stream().map(AuditEntry::getSerializedSize).toList();
        return new Applied(batch, outcomes, entries, entryBytes);
    }

    @Override
    public long revision(StoreView view) {
        byte[] value = view.get(META, REVISION);
        return value == null ? 0 : ByteBuffer.wrap(value).getLong();
    }

    @Override
    public long lowWatermark(StoreView view) {
        return 0;
    }
}
