package io.meshkit.jepsen.sim;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run, as data.
 *
 * @param nodes how many members there are, ≥ 1
 */
public record Schedule(int nodes, List<Step> steps) {
    private static final Gson GSON = new GsonBuilder().create();
    private static final String STEP = "step";

    public Schedule {
        steps = List.copyOf(steps);
        if (nodes < 1) {
            throw new IllegalArgumentException("a schedule needs a node");
        }
    }

    /** One step a line, for people and for version control. */
    public String toJson() {
        StringBuilder json = new StringBuilder("{\"nodes\":" + nodes + ",\"steps\":[\n");
        for (int i = 0; i < steps.size(); i++) {
            JsonObject step = new JsonObject();
            step.addProperty(STEP, steps.get(i).getClass().getSimpleName());
            GSON.toJsonTree(steps.get(i))
                    .getAsJsonObject()
                    .entrySet()
                    .forEach(each -> step.add(each.getKey(), each.getValue()));
            json.append(step).append(i + 1 < steps.size() ? ",\n" : "\n");
        }
        return json.append("]}\n").toString();
    }

    /** @throws IllegalArgumentException if it is not a schedule */
    public static Schedule parse(String json) {
        try {
            JsonObject schedule = JsonParser.parseString(json).getAsJsonObject();
            List<Step> steps = new ArrayList<>();
            JsonArray all = schedule.getAsJsonArray("steps");
            for (JsonElement each : all) {
                steps.add(step(each.getAsJsonObject()));
            }
            return new Schedule(schedule.get("nodes").getAsInt(), steps);
        } catch (JsonParseException | IllegalStateException | NullPointerException | ClassCastException e) {
            throw new IllegalArgumentException("not a schedule: " + e.getMessage(), e);
        }
    }

    public static Schedule read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    private static Step step(JsonObject object) {
        String name = object.get(STEP).getAsString();
        for (Class<?> type : Step.class.getPermittedSubclasses()) {
            if (type.getSimpleName().equals(name)) {
                return (Step) GSON.fromJson(object, type);
            }
        }
        throw new IllegalArgumentException("no step " + name);
    }
}
