package io.meshkit.server.compat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardStatus;
import io.meshkit.v1.WatchChange;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchEventType;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchState;
import io.meshkit.v1.WatchSynced;

/** Records and messages of a watch. */
final class Make {
    static final Timestamp TIME =
            Timestamp.newBuilder().setSeconds(1_764_000_000).build();

    private Make() {}

    static Shard shard(String id, String owner, long version) {
        return Shard.newBuilder()
                .setNamespace("orders")
                .setShardId(id)
                .setMeta(RecordMeta.newBuilder()
                        .setVersion(version)
                        .setModRevision(40 + version)
                        .setUpdatedAt(TIME)
                        .setChangeTicket(version > 1 ? "CHG-9" : ""))
                .setStrategyId("rendezvous")
                .setOwnerNodeId(owner)
                .setCapacityHint(1.5)
                .setStatus(ShardStatus.SHARD_STATUS_ACTIVE)
                .setChecksum("0123456789ABCDEF")
                .build();
    }

    static Leadership led(String scope, String leader, long fence) {
        return Leadership.newBuilder()
                .setScope(scope)
                .setKind("placement")
                .setLeaderId(leader)
                .setTerm(fence)
                .setFencingToken(fence)
                .setLeaseId(leader.isEmpty() ? 0 : fence)
                .setTtl(Duration.newBuilder().setSeconds(10))
                .setIssuedAt(TIME)
                .setExpiresAt(TIME.toBuilder().setSeconds(TIME.getSeconds() + 10))
                .putLeaderLabels("zone", "a")
                .build();
    }

    static RegistryRecord record(Shard shard) {
        return RegistryRecord.newBuilder().setShard(shard).build();
    }

    static RegistryRecord record(Leadership scope) {
        return RegistryRecord.newBuilder().setLeadership(scope).build();
    }

    static WatchResponse state(RegistryRecord... records) {
        WatchState.Builder state = WatchState.newBuilder();
        for (RegistryRecord record : records) {
            state.addRecords(record);
        }
        return WatchResponse.newBuilder().setRevision(42).setState(state).build();
    }

    static WatchResponse synced(long revision) {
        return WatchResponse.newBuilder()
                .setRevision(revision)
                .setSynced(WatchSynced.getDefaultInstance())
                .build();
    }

    static WatchEvent put(RegistryRecord before, RegistryRecord after) {
        WatchEvent.Builder event = WatchEvent.newBuilder()
                .setType(WatchEventType.WATCH_EVENT_TYPE_PUT)
                .setRecord(after);
        return before == null ? event.build() : event.setPrevious(before).build();
    }

    static WatchEvent delete(RegistryRecord before) {
        return WatchEvent.newBuilder()
                .setType(WatchEventType.WATCH_EVENT_TYPE_DELETE)
                .setPrevious(before)
                .build();
    }

    static WatchResponse change(long revision, String verb, WatchEvent... events) {
        WatchChange.Builder change = WatchChange.newBuilder()
                .setTime(TIME)
                .setActor("admin")
                .setVerb(verb)
                .setReason("rebalance")
                .setChangeTicket("CHG-9")
                .setRequestId("r-1");
        for (WatchEvent event : events) {
            change.addEvents(event);
        }
        return WatchResponse.newBuilder()
                .setRevision(revision)
                .setChange(change)
                .build();
    }
}
