package io.meshkit.server.compat;

import com.google.protobuf.Timestamp;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.WatchChange;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchEventType;
import io.meshkit.v1.WatchResponse;
import io.omnirelay.mesh.control.v1.LeadershipEvent;
import io.omnirelay.mesh.control.v1.LeadershipEventKind;
import io.omnirelay.mesh.control.v1.LeadershipToken;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A watch of leadership scopes as the original tells it: who was elected, and how the one before went.
 *
 * <p>An election is a new fencing token. Changes that elect nobody and end no leadership (a candidate queues up) are
 * not told. Thread: any number, it holds nothing.
 */
final class LeadershipFeed implements Translation<LeadershipEvent> {
    private static final String NO_CORRELATION = new UUID(0, 0).toString();

    @Override
    public List<LeadershipEvent> of(WatchResponse message) {
        List<LeadershipEvent> events = new ArrayList<>();
        message.getState().getRecordsList().stream()
                .map(record -> record.getLeadership())
                .filter(LeadershipFeed::isLed)
                .map(scope -> event(
                        LeadershipEventKind.LEADERSHIP_EVENT_KIND_SNAPSHOT,
                        scope,
                        "snapshot",
                        NO_CORRELATION,
                        scope.getIssuedAt()))
                .forEach(events::add);
        message.getChange().getEventsList().forEach(event -> change(message.getChange(), event, events));
        return events;
    }

    static boolean isLed(Leadership scope) {
        return !scope.getLeaderId().isEmpty();
    }

    private static void change(WatchChange change, WatchEvent event, List<LeadershipEvent> into) {
        Leadership before = event.getPrevious().getLeadership();
        Leadership after = event.getRecord().getLeadership();
        boolean gone = event.getType() == WatchEventType.WATCH_EVENT_TYPE_DELETE;
        boolean elected = !gone && isLed(after) && after.getFencingToken() != before.getFencingToken();
        String correlation = correlation(change.getRequestId());
        if (isLed(before) && (elected || gone || !isLed(after))) {
            into.add(event(end(change.getVerb()), before, change.getReason(), correlation, change.getTime()));
        }
        if (elected) {
            into.add(event(
                    LeadershipEventKind.LEADERSHIP_EVENT_KIND_ELECTED,
                    after,
                    change.getReason(),
                    correlation,
                    change.getTime()));
        }
    }

    private static LeadershipEventKind end(String verb) {
        return switch (verb) {
            case "Resign" -> LeadershipEventKind.LEADERSHIP_EVENT_KIND_STEPPED_DOWN;
            case "SettleLeases" -> LeadershipEventKind.LEADERSHIP_EVENT_KIND_EXPIRED;
            default -> LeadershipEventKind.LEADERSHIP_EVENT_KIND_LOST;
        };
    }

    private static LeadershipEvent event(
            LeadershipEventKind kind, Leadership scope, String reason, String correlation, Timestamp when) {
        return LeadershipEvent.newBuilder()
                .setKind(kind)
                .setScope(scope.getScope())
                .setLeaderId(scope.getLeaderId())
                .setToken(token(scope))
                .setReason(reason)
                .setCorrelationId(correlation)
                .setOccurredAt(when)
                .build();
    }

    static LeadershipToken token(Leadership scope) {
        return LeadershipToken.newBuilder()
                .setScope(scope.getScope())
                .setScopeKind(scope.getKind())
                .setLeaderId(scope.getLeaderId())
                .setTerm(scope.getTerm())
                .setFenceToken(scope.getFencingToken())
                .setIssuedAt(scope.getIssuedAt())
                .setExpiresAt(scope.getExpiresAt())
                .putAllLabels(scope.getLeaderLabelsMap())
                .build();
    }

    /** The original's clients read a UUID here. */
    private static String correlation(String requestId) {
        return UUID.nameUUIDFromBytes(requestId.getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
