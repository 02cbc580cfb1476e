package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.AuditChain;
import io.meshkit.client.ClientContext;
import io.meshkit.client.Endpoint;
import io.meshkit.domain.kernel.Journal;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.AuditOutcome;
import io.meshkit.v1.CountAuditResponse;
import io.meshkit.v1.DeniedAttempt;
import io.meshkit.v1.GetStateHashResponse;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.ListAuditResponse;
import io.meshkit.v1.Peer;
import io.meshkit.v1.ReadInfo;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The audit history read to its end, against a registry that gives pages of two. */
class AuditHistoryTest {
    private static final int ENTRIES = 5;

    @TempDir
    Path directory;

    private FakeRegistry registry;
    private Cli cli;
    /** Of revision 1 and on; what is no longer kept is taken from the front. */
    private final List<AuditEntry> journal = new ArrayList<>();

    private long oldest = 1;
    private String nodeSays = "";

    @BeforeEach
    void start() throws Exception {
        ByteString previous = AuditChain.ROOT;
        for (int revision = 1; revision <= ENTRIES; revision++) {
            AuditEntry entry = entry(revision);
            journal.add(
                    entry.toBuilder().setHash(AuditChain.hash(previous, entry)).build());
            previous = journal.get(revision - 1).getHash();
        }
        nodeSays = hash(ENTRIES);
        registry = new FakeRegistry(directory);
        registry.on("ListAudit", q -> page((ListAuditRequest) q))
                .on(
                        "CountAudit",
                        q -> CountAuditResponse.newBuilder()
                                .setEntries(ENTRIES - oldest + 1)
                                .setOldestRevision(oldest)
                                .build())
                .on(
                        "GetStateHash",
                        q -> GetStateHashResponse.newBuilder()
                                .setChainHash(nodeSays)
                                .setReadInfo(ReadInfo.newBuilder().setRevision(ENTRIES))
                                .build());
        cli = new Cli(directory).with("OMNIRELAY_CONTEXT", registry.context().toString());
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
    }

    /** Of the second and the fourth revision: refused attempts. */
    private static AuditEntry entry(int revision) {
        if (revision % 2 == 0) {
            return AuditEntry.newBuilder()
                    .setRevision(revision)
                    .setTime(Timestamp.newBuilder().setSeconds(1_780_000_000L + revision))
                    .setActor("meshkit:denials")
                    .setVerb("RecordDenials")
                    .setTerm(1)
                    .setLogIndex(10 + revision)
                    .addDenied(DeniedAttempt.newBuilder().setActor("nobody").setCount(2))
                    .build();
        }
        Peer peer = Peer.newBuilder()
                .setId("p-" + revision)
                .setMeta(RecordMeta.newBuilder()
                        .putLabels("z", "1")
                        .putLabels("a", "2")
                        .putLabels("team", "edge"))
                .build();
        return AuditEntry.newBuilder()
                .setRevision(revision)
                .setTime(Timestamp.newBuilder().setSeconds(1_780_000_000L + revision))
                .setActor("admin")
                .setVerb("RegisterPeer")
                .setTerm(1)
                .setLogIndex(10 + revision)
                .setCredential("token/t-1")
                .addChanges(RecordChange.newBuilder()
                        .setKind("peer")
                        .setName(peer.getId())
                        .setAfter(RegistryRecord.newBuilder().setPeer(peer)))
                .build();
    }

    private String hash(int revision) {
        return HexFormat.of().formatHex(journal.get(revision - 1).getHash().toByteArray());
    }

    private Message page(ListAuditRequest request) {
        List<AuditEntry> found = journal.stream()
                .filter(entry -> entry.getRevision() >= Math.max(oldest, request.getFromRevision())
                        && entry.getRevision() <= request.getToRevision()
                        && entry.getTime().getSeconds() >= request.getSince().getSeconds()
                        && (!request.hasUntil()
                                || entry.getTime().getSeconds()
                                        < request.getUntil().getSeconds()))
                .toList();
        return ListAuditResponse.newBuilder()
                .addAllEntries((request.getDescending() ? found.reversed() : found)
                        .stream().limit(2).toList())
                .build();
    }

    private void change(int revision, AuditEntry.Builder into) {
        journal.set(revision - 1, into.build());
    }

    private Cli.Result run(String command) {
        return cli.run(command.split(" "));
    }

    @Test
    void chain_isThatOfTheJournal() {
        byte[] previous = AuditChain.ROOT.toByteArray();
        for (AuditEntry entry : journal) {
            assertThat(Journal.follows(previous, entry)).isTrue();
            previous = entry.getHash().toByteArray();
        }
    }

    @Test
    void verify_wholeHistory_agrees() {
        Cli.Result result = run("mesh audit verify");
        assertThat(result)
                .isEqualTo(new Cli.Result(
                        0,
                        "NODE    REVISION  RESULT\n"
                                + "node-1         5  agrees\n"
                                + "verified 5 entries, revisions 1–5\n"
                                + "for the next one: --after 5=" + hash(5) + "\n",
                        ""));
        assertThat(registry.requests("ListAudit"))
                .extracting(q -> ((ListAuditRequest) q).getFromRevision())
                .containsExactly(1L, 3L, 5L);
        assertThat(registry.requests("ListAudit"))
                .allMatch(q -> ((ListAuditRequest) q).getRead().getLevel() == ReadLevel.READ_LEVEL_AT_LEAST
                        && ((ListAuditRequest) q).getRead().getMinRevision() == ENTRIES);
    }

    @Test
    void verify_json() {
        Cli.Result result = run("mesh audit verify --json");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .contains("\"entries\": 5", "\"fromRevision\": 1", "\"toRevision\": 5", "\"oldestTaken\": false")
                .contains("\"chainHash\": \"" + hash(5) + "\"", "\"result\": \"agrees\"");
    }

    @Test
    void verify_changedEntry_isFound() {
        change(3, journal.get(2).toBuilder().setActor("somebody else"));
        Cli.Result result = run("mesh audit verify");
        assertThat(result.exitCode()).isEqualTo(ErrorCode.CORRUPTION.exitCode());
        assertThat(result.err()).contains("audit entry 3 does not follow").contains(hash(3));
    }

    @Test
    void verify_changedEntryWithANewHash_isFoundAtTheNext() {
        AuditEntry forged = journal.get(2).toBuilder().setReason("none").build();
        change(3, forged.toBuilder().setHash(AuditChain.hash(journal.get(1).getHash(), forged)));
        assertThat(run("mesh audit verify").err()).contains("audit entry 4 does not follow");
    }

    @Test
    void verify_lastEntryForged_contradictsTheNode() {
        AuditEntry forged = journal.get(4).toBuilder().setReason("none").build();
        change(5, forged.toBuilder().setHash(AuditChain.hash(journal.get(3).getHash(), forged)));
        Cli.Result result = run("mesh audit verify");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("node-1 says that the chain's hash at revision 5 is " + nodeSays);
    }

    @Test
    void verify_missingEntry_isFound() {
        journal.remove(2);
        Cli.Result result = run("mesh audit verify");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("CORRUPTION: the audit history has no entry of revision 3");
    }

    @Test
    void verify_compactedHistory_takesTheOldestAsItStands() {
        oldest = 3;
        Cli.Result result = run("mesh audit verify");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("verified 3 entries, revisions 3–5; the oldest one's own hash as it stands");
        assertThat(run("mesh audit verify --after 2=" + hash(2)).out()).contains("verified 3 entries, revisions 3–5\n");
        Cli.Result gone = run("mesh audit verify --after 1=" + hash(1));
        assertThat(gone.exitCode()).isEqualTo(ErrorCode.COMPACTED.exitCode());
        assertThat(gone.err()).contains("audit entry 2 is no longer kept");
    }

    @Test
    void verify_after_holdsTheHistoryToWhatWasSeenBefore() {
        assertThat(run("mesh audit verify --after 3=" + hash(3)).out()).contains("verified 2 entries, revisions 4–5");
        assertThat(run("mesh audit verify --after 5=" + hash(5)).out())
                .contains("agrees")
                .contains("no entries to verify");
        assertThat(run("mesh audit verify --after 3=" + hash(2)).exitCode()).isEqualTo(1);
        assertThat(run("mesh audit verify --after 5=" + hash(4)).exitCode()).isEqualTo(1);
    }

    @Test
    void verify_aNodeAway_saysSoAndExits9() throws Exception {
        ClientContext known = ClientContext.load(registry.context());
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        ClientContext two = new ClientContext(
                known.name(),
                known.clusterId(),
                List.of(known.endpoints().get(0), new Endpoint("node-2", "127.0.0.1", 0, closed)),
                known.ca(),
                null,
                null,
                null);
        Path file = Files.writeString(directory.resolve("two.yaml"), two.toYaml(directory));
        Cli.Result result = run("mesh audit verify --node node-1 --context " + file);
        assertThat(result.exitCode()).isZero();
        Cli.Result both = run("mesh audit verify --timeout 8s --context " + file);
        assertThat(both.exitCode()).isEqualTo(9);
        assertThat(both.out()).contains("verified 5 entries").containsPattern("node-2 +0  no answer");
        assertThat(both.err()).contains("note: node-2 did not answer: ");
    }

    @Test
    void verify_forbidden_exits3() {
        registry.on("ListAudit", q -> {
            throw RegistryException.of(ErrorCode.FORBIDDEN, "you may not use ListAudit", "");
        });
        assertThat(run("mesh audit verify").exitCode()).isEqualTo(3);
        assertThat(run("mesh audit export").exitCode()).isEqualTo(3);
    }

    @Test
    void export_isALinePerEntry_overAllPages() {
        Cli.Result result = run("mesh audit export");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out().lines()).hasSize(ENTRIES).allMatch(line -> line.startsWith("{\"revision\":"));
        assertThat(run("mesh audit export --from 2 --to 3").out().lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("{\"revision\":2,"))
                .anyMatch(line -> line.startsWith("{\"revision\":3,"));
    }

    @Test
    void export_byTimeAndOutcome() {
        Cli.Result denied = run("mesh audit export --outcome denied");
        assertThat(denied.out().lines()).hasSize(2).allMatch(line -> line.contains("\"denied\":[{"));
        // Revision n is of second n.
        assertThat(run("mesh audit export --since 2026-05-28T20:26:42Z --until 2026-05-28T20:26:44Z")
                        .out()
                        .lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("{\"revision\":2,"))
                .anyMatch(line -> line.startsWith("{\"revision\":3,"));
        assertThat(run("mesh audit export --since 2030-01-01T00:00:00Z").out()).isEmpty();
        assertThat(run("mesh audit export --since 2026-05-28T20:26:42Z --to 3 --outcome applied")
                        .out()
                        .lines())
                .singleElement()
                .asString()
                .startsWith("{\"revision\":3,");
    }

    @Test
    void list_byTimeAndOutcome_asksForThem() {
        long before = Instant.now().getEpochSecond();
        run("mesh audit list --since 12h --until 2026-05-28T20:26:44Z --outcome denied --actor bob");
        ListAuditRequest asked =
                (ListAuditRequest) registry.requests("ListAudit").get(0);
        assertThat(asked.getSince().getSeconds())
                .isBetween(before - 43_200, Instant.now().getEpochSecond() - 43_200);
        assertThat(asked.getUntil().getSeconds()).isEqualTo(1_780_000_004L);
        assertThat(asked.getOutcome()).isEqualTo(AuditOutcome.AUDIT_OUTCOME_DENIED);
        assertThat(asked.getActor()).isEqualTo("bob");
    }

    @Test
    void export_file() throws Exception {
        Path file = directory.resolve("audit.jsonl");
        assertThat(run("mesh audit export --file " + file)).isEqualTo(new Cli.Result(0, "", ""));
        assertThat(file).content().hasLineCount(ENTRIES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "verify --after 5",
                "verify --after 5=abc",
                "verify --after 9=0000000000000000000000000000000000000000000000000000000000000000",
                "export --from 3 --to 2",
                "export --from -1",
                "export --to 6",
                "export --output yaml",
                "export --since yesterday",
                "list --until 12",
                "list --outcome refused",
                "export --file /nowhere/at/all"
            })
    void misuse_exits2(String command) {
        Cli.Result result = run("mesh audit " + command);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).startsWith("error: INVALID_REQUEST: ");
        assertThat(registry.requests("ListAudit")).isEmpty();
    }
}
