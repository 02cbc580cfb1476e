package io.meshkit.server.compat;

import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardDiff;
import io.meshkit.v1.ShardHistory;
import io.meshkit.v1.WatchChange;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchEventType;
import io.meshkit.v1.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A watch of shards as the original tells it: one diff per changed shard.
 *
 * <p>A position is what to resume from, so it must never claim more than has been told: within a revision, all diffs
 * but the last bear the position before it; within the initial state they bear 0, and its last diff, held back until
 * the state is known to be complete, the revision of the whole. Thread: one.
 */
final class ShardFeed implements Translation<ShardDiff> {
    private @Nullable ShardDiff heldBack;

    @Override
    public List<ShardDiff> of(WatchResponse message) {
        return switch (message.getEventCase()) {
            case STATE -> state(message.getState().getRecordsList());
            case SYNCED -> complete(message.getRevision());
            case CHANGE -> change(message.getRevision(), message.getChange());
            case OPENED, BOOKMARK, EVENT_NOT_SET -> List.of();
        };
    }

    private List<ShardDiff> state(List<RegistryRecord> records) {
        List<ShardDiff> diffs = new ArrayList<>();
        for (RegistryRecord record : records) {
            if (heldBack != null) {
                diffs.add(heldBack);
            }
            heldBack = ShardDiff.newBuilder().setCurrent(record.getShard()).build();
        }
        return diffs;
    }

    private List<ShardDiff> complete(long revision) {
        ShardDiff last = heldBack;
        heldBack = null;
        return last == null
                ? List.of()
                : List.of(last.toBuilder().setPosition(revision).build());
    }

    private static List<ShardDiff> change(long revision, WatchChange change) {
        List<ShardDiff> diffs = new ArrayList<>();
        for (WatchEvent event : change.getEventsList()) {
            diffs.add(diff(revision, change, event));
        }
        return resumable(diffs);
    }

    private static ShardDiff diff(long revision, WatchChange change, WatchEvent event) {
        boolean deleted = event.getType() == WatchEventType.WATCH_EVENT_TYPE_DELETE;
        Shard previous = event.getPrevious().getShard();
        Shard newest = deleted ? previous : event.getRecord().getShard();
        ShardDiff.Builder diff = ShardDiff.newBuilder()
                .setPosition(revision)
                .setHistory(ShardHistory.newBuilder()
                        .setRevision(revision)
                        .setVersion(newest.getMeta().getVersion() + (deleted ? 1 : 0))
                        .setActor(change.getActor())
                        .setReason(change.getReason())
                        .setChangeTicket(change.getChangeTicket())
                        .setPreviousOwnerNodeId(previous.getOwnerNodeId())
                        .setOwnerNodeId(deleted ? "" : newest.getOwnerNodeId())
                        .setChangedAt(change.getTime())
                        .setDeleted(deleted));
        if (!deleted) {
            diff.setCurrent(newest);
        }
        if (event.hasPrevious()) {
            diff.setPrevious(previous);
        }
        return diff.build();
    }

    /** Of neighbours with one position, all but the last get the position before. */
    static List<ShardDiff> resumable(List<ShardDiff> diffs) {
        List<ShardDiff> result = new ArrayList<>(diffs);
        for (int i = 0; i + 1 < diffs.size(); i++) {
            long position = diffs.get(i).getPosition();
            if (position == diffs.get(i + 1).getPosition()) {
                result.set(i, diffs.get(i).toBuilder().setPosition(position - 1).build());
            }
        }
        return result;
    }
}
