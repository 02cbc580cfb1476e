package io.meshkit.server.compat;

import static io.meshkit.server.compat.Make.change;
import static io.meshkit.server.compat.Make.delete;
import static io.meshkit.server.compat.Make.led;
import static io.meshkit.server.compat.Make.put;
import static io.meshkit.server.compat.Make.record;
import static io.meshkit.server.compat.Make.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.v1.WatchResponse;
import io.omnirelay.mesh.control.v1.LeadershipEvent;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LeadershipFeedTest {
    private static List<String> told(WatchResponse message) {
        return new LeadershipFeed()
                .of(message).stream().map(LeadershipFeedTest::text).toList();
    }

    private static String text(LeadershipEvent event) {
        return event.getKind().name().substring("LEADERSHIP_EVENT_KIND_".length()) + " " + event.getScope() + " "
                + event.getLeaderId() + " " + event.getToken().getFenceToken();
    }

    @Test
    void initialState_tellsOnlyScopesThatAreLed() {
        assertThat(told(state(record(led("a", "n1", 7)), record(led("b", "", 8)))))
                .containsExactly("SNAPSHOT a n1 7");
    }

    @Test
    void election_isANewFencingToken() {
        assertThat(told(change(9, "Campaign", put(record(led("a", "", 7)), record(led("a", "n1", 8))))))
                .containsExactly("ELECTED a n1 8");
        assertThat(told(change(9, "Campaign", put(null, record(led("a", "n1", 1))))))
                .containsExactly("ELECTED a n1 1");
        assertThat(told(change(9, "Campaign", put(record(led("a", "n1", 8)), record(led("a", "n1", 8))))))
                .as("a candidate queues up")
                .isEmpty();
    }

    @Test
    void end_saysHow_andWhoIsNext() {
        assertThat(told(change(9, "Resign", put(record(led("a", "n1", 7)), record(led("a", "n2", 8))))))
                .containsExactly("STEPPED_DOWN a n1 7", "ELECTED a n2 8");
        assertThat(told(change(9, "SettleLeases", put(record(led("a", "n1", 7)), record(led("a", "", 7))))))
                .containsExactly("EXPIRED a n1 7");
        assertThat(told(change(9, "Campaign", put(record(led("a", "n1", 7)), record(led("a", "n1", 8))))))
                .as("a new process under the same id")
                .containsExactly("LOST a n1 7", "ELECTED a n1 8");
        assertThat(told(change(9, "DeleteLeadership", delete(record(led("a", "", 7))))))
                .isEmpty();
    }

    @Test
    void correlation_isAUuid_theSameForOneRequest() {
        LeadershipFeed feed = new LeadershipFeed();
        List<LeadershipEvent> events =
                feed.of(change(9, "Resign", put(record(led("a", "n1", 7)), record(led("a", "n2", 8)))));

        assertThat(UUID.fromString(events.get(0).getCorrelationId()).toString())
                .isEqualTo(events.get(1).getCorrelationId());
        assertThat(UUID.fromString(
                        feed.of(state(record(led("a", "n1", 7)))).getFirst().getCorrelationId()))
                .isEqualTo(new UUID(0, 0));
    }
}
