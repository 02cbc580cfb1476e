package io.meshkit.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** Histories of a database that really runs one transaction after the other, and of some that do not. */
class ListAppendProperties {
    /** How the database cheats. */
    private enum Cheat {
        NONE,
        /** Reads are of the state when the transaction began. */
        SNAPSHOT,
        /** The transaction's steps happen at different times. */
        INTERLEAVED,
        /** Now and then an acknowledged append is thrown away. */
        LOSES
    }

    private static Judgement judge(long seed, int transactions, Cheat cheat) {
        return new ListAppend().check(new Database(seed, cheat).run(transactions));
    }

    @Property(tries = 100)
    void serialDatabase_isValid(@ForAll long seed, @ForAll @IntRange(min = 5, max = 150) int transactions) {
        Judgement judgement = judge(seed, transactions, Cheat.NONE);

        assertThat(judgement.verdict()).as(judgement.toText()).isIn(Verdict.VALID, Verdict.UNKNOWN);
        assertThat(judgement.verdict() == Verdict.VALID)
                .isEqualTo(judgement.evidence().getOrDefault("transactions", 0L) > 0);
    }

    @Property(tries = 25)
    void cheatingDatabase_isCaught(@ForAll long seed) {
        for (Cheat cheat : List.of(Cheat.SNAPSHOT, Cheat.INTERLEAVED, Cheat.LOSES)) {
            Statistics.label(cheat.name())
                    .collect(judge(seed, 150, cheat).verdict())
                    .coverage(coverage -> coverage.check(Verdict.INVALID).percentage(share -> share > 95));
        }
    }

    private static final class Database {
        private static final int PROCESSES = 5;
        private static final int KEYS = 3;

        private final Random random;
        private final Cheat cheat;
        private final TreeMap<String, List<Integer>> lists = new TreeMap<>();
        private final List<Event> events = new ArrayList<>();
        private int nextElement;

        private final class Client {
            private final String process;
            private JsonArray asked = new JsonArray();
            private final JsonArray answer = new JsonArray();
            private TreeMap<String, List<Integer>> begun = new TreeMap<>();
            private int done;

            Client(int number) {
                process = Integer.toString(number);
            }

            boolean isBusy() {
                return !asked.isEmpty();
            }

            void begin() {
                int steps = 1 + random.nextInt(4);
                for (int i = 0; i < steps; i++) {
                    JsonArray step = new JsonArray();
                    boolean isRead = random.nextBoolean();
                    step.add(isRead ? "r" : "append");
                    step.add("k" + random.nextInt(KEYS));
                    if (isRead) {
                        step.add(JsonNull.INSTANCE);
                    } else {
                        step.add(nextElement++);
                    }
                    asked.add(step);
                }
                begun = new TreeMap<>(lists);
                record(process, EventType.INVOKE, asked);
            }

            void advance() {
                if (done == asked.size()) {
                    record(process, EventType.OK, answer.deepCopy());
                    asked = new JsonArray();
                    while (!answer.isEmpty()) {
                        answer.remove(0);
                    }
                    done = 0;
                    return;
                }
                int steps = cheat == Cheat.INTERLEAVED ? 1 : asked.size();
                for (int i = 0; i < steps; i++) {
                    step(asked.get(done++).getAsJsonArray().deepCopy());
                }
            }

            private void step(JsonArray step) {
                String key = step.get(1).getAsString();
                if (step.get(0).getAsString().equals("append")) {
                    if (cheat != Cheat.LOSES || random.nextInt(10) != 0) {
                        append(lists, key, step.get(2).getAsInt());
                    }
                    append(begun, key, step.get(2).getAsInt());
                } else {
                    JsonArray list = new JsonArray();
                    (cheat == Cheat.SNAPSHOT ? begun : lists)
                            .getOrDefault(key, List.of())
                            .forEach(list::add);
                    step.set(2, list);
                }
                answer.add(step);
            }
        }

        Database(long seed, Cheat cheat) {
            random = new Random(seed);
            this.cheat = cheat;
        }

        History run(int transactions) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < PROCESSES; i++) {
                clients.add(new Client(i));
            }
            int begun = 0;
            while (begun < transactions || clients.stream().anyMatch(Client::isBusy)) {
                Client client = clients.get(random.nextInt(PROCESSES));
                if (client.isBusy()) {
                    client.advance();
                } else if (begun < transactions) {
                    client.begin();
                    begun++;
                }
            }
            return new History(events);
        }

        private static void append(TreeMap<String, List<Integer>> to, String key, int element) {
            List<Integer> longer = new ArrayList<>(to.getOrDefault(key, List.of()));
            longer.add(element);
            to.put(key, longer);
        }

        private void record(String process, EventType type, JsonArray value) {
            events.add(new Event(events.size(), events.size(), process, type, "txn", null, value.deepCopy()));
        }
    }
}
