package io.meshkit.jepsen.checker;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Histories of one register made by really running one, so that they are linearizable, and ways to spoil them. */
final class Histories {
    private static final String KEY = "k";
    private static final List<String> FUNCTIONS = List.of("read", "read", "write", "write", "cas", "delete");

    private final Random random;
    private final int values;
    private final List<Event> events = new ArrayList<>();
    private JsonElement register = JsonNull.INSTANCE;

    private Histories(long seed, int values) {
        this.random = new Random(seed);
        this.values = values;
    }

    /** A client in the middle of an operation. */
    private final class Client {
        final String process;
        String f;
        JsonElement value;
        boolean tookEffect;
        boolean hasFailed;

        Client(int process) {
            this.process = String.valueOf(process);
        }

        void begin() {
            f = FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
            value = switch (f) {
                case "write" -> value();
                case "cas" -> {
                    JsonArray pair = new JsonArray();
                    pair.add(value());
                    pair.add(value());
                    yield pair;
                }
                default -> JsonNull.INSTANCE;
            };
            tookEffect = false;
            hasFailed = false;
            record(process, EventType.INVOKE, f, value);
        }

        void takeEffect() {
            tookEffect = true;
            switch (f) {
                case "read" -> value = register;
                case "write" -> register = value;
                case "delete" -> register = JsonNull.INSTANCE;
                default -> {
                    hasFailed = !register.equals(value.getAsJsonArray().get(0));
                    if (!hasFailed) {
                        register = value.getAsJsonArray().get(1);
                    }
                }
            }
        }

        void end(boolean isUnknown) {
            EventType type = isUnknown ? EventType.INFO : hasFailed ? EventType.FAIL : EventType.OK;
            record(process, type, f, value);
            f = null;
        }
    }

    /**
     * @param unknownPercent of the operations whose outcome their client does not learn; of those some took effect
     *                       before, some do later, some never
     */
    static History linearizable(long seed, int operations, int processes, int values, int unknownPercent) {
        return new Histories(seed, values).run(operations, processes, unknownPercent);
    }

    private History run(int operations, int processes, int unknownPercent) {
        List<Client> clients = new ArrayList<>();
        List<Client> retired = new ArrayList<>();
        int nextProcess = 0;
        while (clients.size() < processes) {
            clients.add(new Client(nextProcess++));
        }
        int begun = 0;
        while (begun < operations || clients.stream().anyMatch(client -> client.f != null)) {
            if (!retired.isEmpty() && random.nextInt(10) == 0) {
                Client late = retired.remove(random.nextInt(retired.size()));
                if (!late.tookEffect && random.nextBoolean()) {
                    late.takeEffect();
                }
            }
            int i = random.nextInt(clients.size());
            Client client = clients.get(i);
            if (client.f == null) {
                if (begun < operations) {
                    client.begin();
                    begun++;
                }
            } else if (random.nextInt(100) < unknownPercent) {
                String f = client.f;
                client.end(true);
                client.f = f;
                retired.add(client);
                clients.set(i, new Client(nextProcess++));
            } else if (!client.tookEffect) {
                client.takeEffect();
            } else {
                client.end(false);
            }
        }
        return new History(events);
    }

    /** The history with another value in one of its answered reads, if there is one. */
    static History spoiled(History history, long seed, int values) {
        Random random = new Random(seed);
        List<Event> events = new ArrayList<>(history.events());
        List<Integer> reads = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).type() == EventType.OK && events.get(i).f().equals("read")) {
                reads.add(i);
            }
        }
        if (!reads.isEmpty()) {
            int place = reads.get(random.nextInt(reads.size()));
            Event read = events.get(place);
            events.set(
                    place,
                    new Event(
                            read.index(),
                            read.timeNanos(),
                            read.process(),
                            read.type(),
                            read.f(),
                            read.key(),
                            new JsonPrimitive("v" + random.nextInt(values))));
        }
        return new History(events);
    }

    private JsonElement value() {
        return new JsonPrimitive("v" + random.nextInt(values));
    }

    private void record(String process, EventType type, String f, JsonElement value) {
        events.add(new Event(events.size(), events.size(), process, type, f, KEY, value));
    }
}
