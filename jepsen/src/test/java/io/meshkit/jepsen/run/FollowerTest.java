package io.meshkit.jepsen.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.ResyncReason;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.History;
import io.meshkit.jepsen.history.HistoryWriter;
import io.meshkit.jepsen.workload.Records;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.WatchBookmark;
import io.meshkit.v1.WatchChange;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchOpened;
import io.meshkit.v1.WatchResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowerTest {
    @TempDir
    Path directory;

    private HistoryWriter writer;
    private Follower follower;

    /** Every document is a key, and its value its name. */
    private static final Records RECORDS = new Records() {
        @Override
        public boolean areJudged() {
            return true;
        }

        @Override
        public @Nullable String key(String kind, String name) {
            return name.equals("other") ? null : name;
        }

        @Override
        public JsonElement value(RegistryRecord record) {
            return new JsonPrimitive(record.getConfig().getName());
        }

        @Override
        public List<RegistryRecord> all(Reader reader) {
            return List.of();
        }
    };

    @BeforeEach
    void open() throws IOException {
        writer = HistoryWriter.open(directory.resolve("history.jsonl"));
        follower = new Follower("watch-0", "", writer, RECORDS);
    }

    private static WatchResponse opened(long revision, long lowWatermark) {
        return WatchResponse.newBuilder()
                .setRevision(revision)
                .setOpened(WatchOpened.newBuilder().setLowWatermarkRevision(lowWatermark))
                .build();
    }

    private static WatchResponse change(long revision, String... names) {
        WatchChange.Builder change = WatchChange.newBuilder();
        for (String name : names) {
            change.addEvents(WatchEvent.newBuilder()
                    .setKind("config")
                    .setName(name)
                    .setRecord(RegistryRecord.newBuilder()
                            .setConfig(ConfigDocument.newBuilder().setName(name))));
        }
        return WatchResponse.newBuilder()
                .setRevision(revision)
                .setChange(change)
                .build();
    }

    private static WatchResponse bookmark(long revision) {
        return WatchResponse.newBuilder()
                .setRevision(revision)
                .setBookmark(WatchBookmark.getDefaultInstance())
                .build();
    }

    private List<String> written() throws IOException {
        writer.close();
        return History.read(directory.resolve("history.jsonl")).events().stream()
                .map(FollowerTest::shown)
                .toList();
    }

    private static String shown(Event event) {
        return event.f() + " " + event.value();
    }

    @Test
    void stream_isWrittenAsItCame() throws IOException {
        follower.onConnected("node-1");
        follower.onMessage(opened(7, 0));
        follower.onMessage(change(8, "a", "other"));
        follower.onMessage(bookmark(9));
        follower.onDisconnected(RegistryException.of(ErrorCode.NO_QUORUM, "gone", ""));
        follower.onConnected("node-2");
        follower.onClosed(null);

        assertThat(follower.position()).isEqualTo(9);
        assertThat(follower.hasEnded()).isTrue();
        assertThat(written())
                .containsExactly(
                        "watch-start {\"from\":7}",
                        "watch-event {\"rev\":8,\"changes\":[{\"key\":\"a\",\"value\":\"a\"}]}",
                        "watch-bookmark {\"rev\":9}",
                        "watch-resume {\"from\":9}",
                        "watch-end null");
    }

    @Test
    void compacted_isWrittenWithWhatIsLeft() throws IOException {
        follower.onMessage(opened(7, 0));
        follower.onResync(ResyncReason.COMPACTED, "gone");
        follower.onConnected("node-2");
        follower.onMessage(opened(90, 40));

        assertThat(written())
                .containsExactly(
                        "watch-start {\"from\":7}", "watch-compacted {\"rev\":40}", "watch-start {\"from\":90}");
    }

    @Test
    void placeLostOrBroken_isNothingThatTheCheckerKnows() throws IOException {
        follower.onMessage(opened(7, 0));
        follower.onResync(ResyncReason.POSITION_UNKNOWN, "which?");
        follower.onClosed(RegistryException.of(ErrorCode.INTERNAL, "bug", ""));

        assertThat(written())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("watch-lost"))
                .anyMatch(line -> line.startsWith("watch-broken"));
    }
}
