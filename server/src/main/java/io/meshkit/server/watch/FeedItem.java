package io.meshkit.server.watch;

import io.meshkit.domain.kernel.Tokens;
import io.meshkit.domain.kernel.Tokens.Purpose;
import io.meshkit.domain.query.WatchFilter;
import io.meshkit.domain.query.WatchTopics;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.WatchChange;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchEventType;
import io.meshkit.v1.WatchResponse;
import io.omnirelay.transport.EncodedMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * One revision, encoded once for all watchers that see the same of it.
 *
 * <p>Watchers with one filter share the whole message, up to {@link #SHARED_MAX} filters per revision; others share
 * all but the resume token. Thread: any number.
 */
final class FeedItem {
    private static final int SHARED_MAX = 4;
    private static final byte[] NO_PLACE = new byte[0];

    private final AuditEntry entry;
    private final Set<String> topics;
    private final AtomicReferenceArray<@Nullable Shared> shared = new AtomicReferenceArray<>(SHARED_MAX);
    private final AtomicInteger sharedCount = new AtomicInteger();
    private volatile @Nullable Body body;

    private record Shared(byte[] filter, EncodedMessage message) {}

    private record Body(List<WatchEventType> types, EncodedBody encoded) {}

    FeedItem(AuditEntry entry) {
        this.entry = entry;
        this.topics = new HashSet<>();
        for (RecordChange change : entry.getChangesList()) {
            topics.addAll(WatchTopics.of(change));
        }
    }

    long revision() {
        return entry.getRevision();
    }

    /** What it is about. */
    Set<String> topics() {
        return topics;
    }

    /** What the filter leaves of the revision, or null if that is nothing. */
    @Nullable
    EncodedMessage message(WatchFilter filter, byte[] filterHash, Tokens tokens) {
        if (!filter.mayConcern(topics)) {
            return null;
        }
        int known = Math.min(sharedCount.get(), SHARED_MAX);
        for (int i = 0; i < known; i++) {
            Shared candidate = shared.get(i);
            if (candidate != null && Arrays.equals(candidate.filter(), filterHash)) {
                return candidate.message();
            }
        }
        List<WatchEventType> types = types(filter);
        if (types == null) {
            return null;
        }
        String token = tokens.seal(Purpose.RESUME, revision(), filterHash, NO_PLACE);
        EncodedMessage message = body(types).withToken(token);
        int slot = sharedCount.getAndUpdate(count -> Math.min(count + 1, SHARED_MAX));
        if (slot < SHARED_MAX) {
            shared.set(slot, new Shared(filterHash, message));
        }
        return message;
    }

    private @Nullable List<WatchEventType> types(WatchFilter filter) {
        List<WatchEventType> types = new ArrayList<>(entry.getChangesCount());
        boolean any = false;
        for (RecordChange change : entry.getChangesList()) {
            WatchEventType type = filter.eventOf(change);
            any |= type != WatchEventType.WATCH_EVENT_TYPE_UNSPECIFIED;
            types.add(type);
        }
        return any ? types : null;
    }

    private EncodedBody body(List<WatchEventType> types) {
        Body known = body;
        if (known != null && known.types().equals(types)) {
            return known.encoded();
        }
        EncodedBody encoded = EncodedBody.of(response(types), "change");
        body = new Body(types, encoded);
        return encoded;
    }

    private WatchResponse response(List<WatchEventType> types) {
        WatchChange.Builder change = WatchChange.newBuilder()
                .setTime(entry.getTime())
                .setActor(entry.getActor())
                .setVerb(entry.getVerb())
                .setReason(entry.getReason())
                .setChangeTicket(entry.getChangeTicket())
                .setRequestId(entry.getRequestId());
        for (int i = 0; i < types.size(); i++) {
            if (types.get(i) != WatchEventType.WATCH_EVENT_TYPE_UNSPECIFIED) {
                change.addEvents(event(types.get(i), entry.getChanges(i), i));
            }
        }
        return WatchResponse.newBuilder()
                .setRevision(revision())
                .setChange(change)
                .build();
    }

    private static WatchEvent event(WatchEventType type, RecordChange change, int position) {
        WatchEvent.Builder event = WatchEvent.newBuilder()
                .setType(type)
                .setKind(change.getKind())
                .setName(change.getName())
                .setPosition(position);
        if (change.hasAfter()) {
            event.setRecord(change.getAfter());
        }
        if (change.hasBefore()) {
            event.setPrevious(change.getBefore());
        }
        return event.build();
    }
}
