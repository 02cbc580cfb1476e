package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerAdminState;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.WatchBookmark;
import io.meshkit.v1.WatchChange;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchEventType;
import io.meshkit.v1.WatchOpened;
import io.meshkit.v1.WatchPeersRequest;
import io.meshkit.v1.WatchRequest;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchStart;
import io.meshkit.v1.WatchState;
import io.meshkit.v1.WatchSynced;
import io.omnirelay.transport.Errors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --watch} and {@code mesh events}. Scripted streams end with a refusal, so that the command ends: exit 3. */
@Timeout(120)
class WatchCommandTest {
    private static final Peer A = peer("a", PeerAdminState.PEER_ADMIN_STATE_ACTIVE);
    private static final Peer A_CORDONED = peer("a", PeerAdminState.PEER_ADMIN_STATE_CORDONED);
    private static final Peer B = peer("b", PeerAdminState.PEER_ADMIN_STATE_ACTIVE);
    private static final WatchResponse OPENED = at(2).setOpened(
                    WatchOpened.newBuilder().setStart(WatchStart.WATCH_START_INITIAL_STATE))
            .build();
    private static final WatchResponse STATE = at(2).setState(
                    WatchState.newBuilder().addRecords(record(A)).addRecords(record(B)))
            .build();
    private static final WatchResponse SYNCED =
            token(2).setSynced(WatchSynced.newBuilder().setRecords(2)).build();
    private static final WatchResponse CORDONED = token(3).setChange(change("CordonPeer")
                    .addEvents(WatchEvent.newBuilder()
                            .setType(WatchEventType.WATCH_EVENT_TYPE_PUT)
                            .setKind("peer")
                            .setName("a")
                            .setRecord(record(A_CORDONED))
                            .setPrevious(record(A))))
            .build();
    private static final WatchResponse DELETED = token(4).setChange(change("DeregisterPeer")
                    .addEvents(WatchEvent.newBuilder()
                            .setType(WatchEventType.WATCH_EVENT_TYPE_DELETE)
                            .setKind("peer")
                            .setName("b")
                            .setPrevious(record(B))))
            .build();
    private static final WatchResponse BOOKMARK =
            token(5).setBookmark(WatchBookmark.newBuilder().setNodeRevision(5)).build();

    @TempDir
    Path directory;

    private FakeRegistry registry;
    private Cli cli;

    private static Peer peer(String id, PeerAdminState state) {
        return Peer.newBuilder()
                .setId(id)
                .setRole("gateway")
                .setAdminState(state)
                .build();
    }

    private static RegistryRecord record(Peer peer) {
        return RegistryRecord.newBuilder().setPeer(peer).build();
    }

    private static WatchResponse.Builder at(long revision) {
        return WatchResponse.newBuilder().setRevision(revision);
    }

    private static WatchResponse.Builder token(long revision) {
        return at(revision).setResumeToken("t" + revision);
    }

    private static WatchChange.Builder change(String verb) {
        return WatchChange.newBuilder()
                .setTime(Timestamp.newBuilder().setSeconds(1_780_000_000L))
                .setActor("admin")
                .setVerb(verb)
                .setReason("disk");
    }

    @BeforeEach
    void start() throws Exception {
        registry = new FakeRegistry(directory);
        cli = new Cli(directory).with("OMNIRELAY_CONTEXT", registry.context().toString());
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
    }

    private static void send(StreamObserver<Message> observer, WatchResponse... messages) {
        List.of(messages).forEach(observer::onNext);
    }

    /** A stream that is cut after these. */
    private void cutAfter(String method, WatchResponse... messages) {
        registry.onStream(method, observer -> {
            send(observer, messages);
            observer.onError(Status.UNAVAILABLE.asRuntimeException());
        });
    }

    @Test
    void list_watchInAPipe_isARowPerChange() {
        cutAfter("WatchPeers", OPENED, STATE, SYNCED, CORDONED, DELETED, BOOKMARK);
        Cli.Result result = cli.run("mesh", "peers", "list", "--watch", "--role", "gateway", "--consistency", "local");
        Goldens.check("watch-peers.txt", result.out());
        assertThat(result.err())
                .contains("watch: connection lost, trying again: ")
                .contains("FORBIDDEN");
        assertThat(result.exitCode()).isEqualTo(3);
        List<Message> requests = registry.requests("WatchPeers");
        WatchPeersRequest first = (WatchPeersRequest) requests.get(0);
        assertThat(first.getRole()).isEqualTo("gateway");
        assertThat(first.getRead().getLevel()).isEqualTo(io.meshkit.v1.ReadLevel.READ_LEVEL_LOCAL);
        assertThat(((WatchPeersRequest) requests.get(1)).getWatch().getResumeToken())
                .isEqualTo("t5");
    }

    @Test
    void list_watchJson_isALinePerMessage() {
        cutAfter("WatchPeers", OPENED, STATE, SYNCED, CORDONED);
        registry.onStream(
                "WatchPeers",
                observer -> observer.onError(
                        Errors.toGrpc(RegistryException.of(ErrorCode.COMPACTED, "no longer kept", ""))));
        cutAfter("WatchPeers", OPENED, STATE, SYNCED, BOOKMARK);
        Goldens.check(
                "watch-peers.jsonl",
                cli.run("mesh", "peers", "list", "-w", "--json").out());
    }

    @Test
    void list_watchOnATerminal_isRedrawnInPlace() {
        cutAfter("WatchPeers", OPENED, STATE, SYNCED, CORDONED, DELETED);
        Cli.Result result = cli.with("COLUMNS", "100")
                .with("LINES", "12")
                .with("NO_COLOR", "1")
                .typing("")
                .run("mesh", "peers", "list", "--watch");
        assertThat(result.out()).startsWith("\u001b[2J\u001b[H");
        String screen = result.out().substring(result.out().lastIndexOf("\u001b[H") + 3);
        assertThat(screen).endsWith("\u001b[J");
        List<String> lines =
                screen.replace("\u001b[K", "").replace("\u001b[J", "").lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("ID");
        assertThat(lines.get(1)).startsWith("a ").contains("cordoned");
        assertThat(lines.get(2)).startsWith("revision 4, 1 record, connection lost, trying again: ");
    }

    @Test
    void list_watchOnALowTerminal_saysHowManyAreLeftOut() {
        cutAfter("WatchPeers", OPENED, STATE, SYNCED);
        Cli.Result result =
                cli.with("COLUMNS", "100").with("LINES", "4").typing("").run("mesh", "peers", "list", "--watch");
        assertThat(result.out()).contains("… and 1 more").doesNotContain("b  ");
    }

    @Test
    void events_untilSynced_areRowsAndEndWithZero() {
        registry.onStream("Watch", observer -> {
            send(
                    observer,
                    token(2).setOpened(WatchOpened.newBuilder().setStart(WatchStart.WATCH_START_REVISION))
                            .build(),
                    CORDONED,
                    DELETED,
                    token(4).setSynced(WatchSynced.getDefaultInstance()).build());
            observer.onCompleted();
        });
        Cli.Result result = cli.run("mesh", "events", "--kind", "peer,shard", "--from-revision", "3", "--until-synced");
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        Goldens.check("events.txt", result.out());
        WatchRequest request = (WatchRequest) registry.requests("Watch").get(0);
        assertThat(request.getKindsList()).containsExactly("peer", "shard");
        assertThat(request.getWatch().getStart()).isEqualTo(WatchStart.WATCH_START_REVISION);
        assertThat(request.getWatch().getFromRevision()).isEqualTo(3);
    }

    @Test
    void events_noLongerKept_endWithTheirOwnExitCode() {
        registry.onStream(
                "Watch",
                observer -> observer.onError(
                        Errors.toGrpc(RegistryException.of(ErrorCode.COMPACTED, "no longer kept", "begin anew"))));
        Cli.Result result = cli.run("mesh", "events", "--resume", "t1");
        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.err()).contains("COMPACTED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mesh events --from-revision 1 --resume t1",
                "mesh events --initial-state --resume t1",
                "mesh peers list --watch --limit 5",
                "mesh peers list --watch --sort region",
                "mesh peers list --watch --leases"
            })
    void contradictions_areRefused(String command) {
        Cli.Result result = cli.run(command.split(" "));
        assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
        assertThat(registry.calls()).isEmpty();
    }

    @Test
    void list_nobodyReadsTheOutput_endsWithZero() {
        registry.onStream("WatchPeers", observer -> send(observer, OPENED, STATE, SYNCED));
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        assertThat(cli.runInto(closed, "mesh", "peers", "list", "--watch", "--json")
                        .exitCode())
                .isZero();
    }

    @Test
    void list_noNodeAnswers_failsWithinTheTimeLimit() throws Exception {
        registry.close();
        Cli.Result result = cli.run("mesh", "peers", "list", "--watch", "--timeout", "2s");
        // Refused or cut: a watch changes nothing, so nothing is in doubt.
        assertThat(result.exitCode()).isEqualTo(9);
        assertThat(result.err()).contains("node-1");
    }

    @Test
    void list_signal_endsTheProcessWithZero() throws Exception {
        registry.onStream("WatchPeers", observer -> send(observer, OPENED, STATE, SYNCED));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.omnirelay.cli.Main",
                        "mesh",
                        "peers",
                        "list",
                        "--watch",
                        "--json",
                        "--context",
                        registry.context().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = process.inputReader()) {
            String line = out.readLine();
            while (line != null && !line.contains("\"synced\"")) {
                line = out.readLine();
            }
            assertThat(line).as("the line of synced").isNotNull();
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
