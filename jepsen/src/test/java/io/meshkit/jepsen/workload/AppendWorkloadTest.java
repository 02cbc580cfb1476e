package io.meshkit.jepsen.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.meshkit.jepsen.checker.Checkers;
import io.meshkit.jepsen.checker.Judgement;
import io.meshkit.jepsen.checker.Verdict;
import io.meshkit.jepsen.generator.Op;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.History;
import io.meshkit.v1.MutationResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A transaction that only read has a request id and no effect: beside an audit log, it must say so. */
class AppendWorkloadTest {
    private static final JsonArray READ = array("[[\"r\",\"a1\",[1]]]");
    private static final JsonArray APPEND = array("[[\"append\",\"a1\",1]]");

    private final List<Event> events = new ArrayList<>();

    private static JsonArray array(String json) {
        return JsonParser.parseString(json).getAsJsonArray();
    }

    private static MutationResult result(boolean changed, long revision) {
        return MutationResult.newBuilder()
                .setChanged(changed)
                .setRevision(revision)
                .build();
    }

    private void add(String process, EventType type, Op op, JsonElement value, JsonObject details) {
        events.add(new Event(events.size(), events.size(), process, type, op.f(), op.key(), value, details));
    }

    private void operation(String workload, Op op, String request, Completion completion) {
        JsonObject details = new JsonObject();
        details.addProperty(Event.WORKLOAD, workload);
        JsonObject asked = details.deepCopy();
        asked.addProperty("idem", request);
        add("0", EventType.INVOKE, op, op.value(), asked);
        details.asMap().putAll(completion.details().asMap());
        add("0", completion.type(), op, completion.value(), details);
    }

    private void audit(String rows) {
        JsonObject details = new JsonObject();
        details.addProperty("node", "n1");
        add("final", EventType.INFO, new Op("audit", null, JsonNull.INSTANCE), array(rows), details);
    }

    private @Nullable Judgement exactlyOnce() {
        return Checkers.judge(List.of("append", "audit"), new History(events)).stream()
                .filter(judgement -> judgement.checker().equals("exactly-once"))
                .findFirst()
                .orElse(null);
    }

    /** One document, one transaction that appends, and one that reads, of which the log knows nothing. */
    private void mixedHistory(MutationResult ofRead) {
        operation(
                "audit",
                new Op("write", "u1", new JsonPrimitive(7)),
                "audit-1",
                Completion.of(new JsonPrimitive(7), result(true, 2)));
        operation("append", new Op("txn", null, APPEND), "append-1", Completion.of(APPEND, result(true, 3)));
        operation("append", new Op("txn", null, READ), "append-2", Completion.of(READ, ofRead));
        audit("""
                [{"rev":1,"request":"seed","changes":[]},
                 {"rev":2,"request":"audit-1","changes":[{"key":"u1","value":7}]},
                 {"rev":3,"request":"append-1","changes":[{"key":"a1","value":"[1]"}]}]""");
    }

    @Test
    void transactionThatOnlyRead_owesNoEffect() {
        mixedHistory(result(false, 3));

        assertThat(exactlyOnce()).extracting(Judgement::verdict).isEqualTo(Verdict.VALID);
    }

    @Test
    void transactionThatSaysItChangedSomething_owesIt() {
        mixedHistory(result(true, 4));

        assertThat(exactlyOnce()).extracting(Judgement::verdict).isEqualTo(Verdict.INVALID);
    }
}
