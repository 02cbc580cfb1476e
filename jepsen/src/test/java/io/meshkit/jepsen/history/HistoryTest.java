package io.meshkit.jepsen.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("history.jsonl");
    }

    private History read(String... lines) throws IOException {
        return History.read(Files.writeString(file(), String.join("\n", lines)));
    }

    private static String line(int index, String process, String type, String f, String value) {
        return """
                {"index":%d,"time":%d,"process":%s,"type":"%s","f":"%s","key":"k","value":%s}""".formatted(index, index, process, type, f, value);
    }

    @Test
    void read_documentedForm_keepsEverything() throws IOException {
        History history = read("""
                {"index":17,"time":123456789,"process":3,"type":"invoke","f":"cas","key":"ns/a","value":["v1","v2"],"node":"n2","idem":"u-17"}""", """
                {"index":21,"time":129000000,"process":3,"type":"ok","f":"cas","key":"ns/a","value":["v1","v2"],"rev":881,"term":4}""", """
                {"index":22,"time":130000000,"process":"nemesis","type":"info","f":"start-partition","value":{"n1":["n2","n3"]}}""");

        JsonArray values = new JsonArray();
        values.add("v1");
        values.add("v2");
        assertThat(history.operations())
                .containsExactly(new Operation(17, "3", "cas", "ns/a", values, EventType.OK, 0, 1));
        assertThat(history.events().get(0).details().get("node").getAsString()).isEqualTo("n2");
        assertThat(history.events().get(1).details().get("rev").getAsLong()).isEqualTo(881);
        assertThat(history.events().get(2).key()).isNull();
        assertThat(history.events().get(2).isOfClient()).isFalse();
    }

    @Test
    void write_thenRead_isTheSame() throws IOException {
        JsonObject details = new JsonObject();
        details.addProperty("node", "n1");
        long[] now = {100};
        try (HistoryWriter writer = HistoryWriter.open(file(), () -> now[0]++)) {
            writer.append("0", EventType.INVOKE, "read", "k", null, details);
            writer.append("nemesis", EventType.INFO, "kill", null, new JsonPrimitive("n1"));
            writer.append("0", EventType.OK, "read", "k", new JsonPrimitive("<v>"));
        }
        History history = History.read(file());

        assertThat(history.events())
                .containsExactly(
                        new Event(0, 100, "0", EventType.INVOKE, "read", "k", JsonNull.INSTANCE, details),
                        new Event(1, 101, "nemesis", EventType.INFO, "kill", null, new JsonPrimitive("n1")),
                        new Event(2, 102, "0", EventType.OK, "read", "k", new JsonPrimitive("<v>")));
        try (Stream<String> lines = Files.lines(file())) {
            assertThat(lines.toList().get(2)).isEqualTo("""
                            {"index":2,"time":102,"process":0,"type":"ok","f":"read","key":"k","value":"<v>"}""");
        }
    }

    @Test
    void operations_pendingAndInfo_neverReturn() throws IOException {
        List<Operation> operations = read(
                        line(0, "0", "invoke", "write", "1"),
                        line(1, "1", "invoke", "write", "2"),
                        line(2, "1", "info", "write", "2"))
                .operations();

        assertThat(operations).extracting(Operation::outcome).containsExactly(EventType.INFO, EventType.INFO);
        assertThat(operations).extracting(Operation::ret).containsExactly(Operation.NEVER, Operation.NEVER);
    }

    @Test
    void read_brokenLine_isNamed() {
        assertThatThrownBy(() -> read(line(0, "0", "invoke", "write", "1"), "{\"index\":1,"))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("line 2");
        for (String broken : List.of(
                "",
                "[]",
                "{}",
                line(0, "0", "maybe", "write", "1"),
                "{\"index\":0.5,\"time\":0,\"process\":0,\"type\":\"ok\",\"f\":\"read\"}")) {
            assertThatThrownBy(() -> read(broken, line(1, "0", "invoke", "write", "1")))
                    .as(broken)
                    .isInstanceOf(HistoryException.class)
                    .hasMessageContaining("line 1");
        }
    }

    @Test
    void history_outOfOrder_isRefused() {
        assertThatThrownBy(() -> read(line(1, "0", "invoke", "write", "1"), line(1, "0", "ok", "write", "1")))
                .isInstanceOf(HistoryException.class);
        assertThatThrownBy(() -> read(line(1, "0", "invoke", "write", "1"), line(0, "0", "ok", "write", "1")))
                .isInstanceOf(HistoryException.class);
    }

    @Test
    void operations_impossibleProcess_isRefused() throws IOException {
        History twoAtOnce = read(line(0, "0", "invoke", "write", "1"), line(1, "0", "invoke", "write", "2"));
        History nothing = read(line(0, "0", "ok", "write", "1"));
        History other = read(line(0, "0", "invoke", "write", "1"), line(1, "0", "ok", "read", "1"));
        History afterUnknown = read(
                line(0, "0", "invoke", "write", "1"),
                line(1, "0", "info", "write", "1"),
                line(2, "0", "invoke", "read", "null"));

        for (History impossible : List.of(twoAtOnce, nothing, other, afterUnknown)) {
            assertThatThrownBy(impossible::operations).isInstanceOf(HistoryException.class);
        }
    }
}
