package io.omnirelay.transport.rest;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.omnirelay.transport.json.Suggestions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Query parameters → fields of the request: by JSON or proto name, nested by dots ({@code page.size}), repeated
 * by repeating; lists of numbers and enums also by commas. {@code pageSize} is short for {@code page.size};
 * the other fields of {@code page}, and those of {@code watch}, go by their own name alone where no other has it.
 */
final class QueryBinding {
    private static final int DEPTH_MAX = 4;

    private final Map<String, FieldPath> byName = new HashMap<>();
    /** One spelling per field, sorted. */
    private final Map<String, FieldPath> offered = new TreeMap<>();

    /**
     * @param type  the request
     * @param taken proto paths that path or body fill: they, and what is below them, are no parameters
     */
    QueryBinding(Descriptor type, Set<String> taken) {
        collect(type, List.of(), taken);
        for (String holder : List.of("page", "watch")) {
            FieldDescriptor field = type.findFieldByName(holder);
            if (field != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated()) {
                field.getMessageType().getFields().forEach(inner -> shortForm(type, holder, inner));
            }
        }
    }

    private void collect(Descriptor type, List<FieldDescriptor> prefix, Set<String> taken) {
        for (FieldDescriptor field : type.getFields()) {
            List<FieldDescriptor> fields = new ArrayList<>(prefix);
            fields.add(field);
            FieldPath path = new FieldPath(List.copyOf(fields));
            if (taken.contains(path.protoName())) {
                continue;
            }
            if (path.takesText()) {
                offered.put(path.jsonName(), path);
                byName.put(path.jsonName(), path);
                byName.put(path.protoName(), path);
            } else if (!field.isRepeated() && fields.size() < DEPTH_MAX) {
                collect(field.getMessageType(), fields, taken);
            }
        }
    }

    private void shortForm(Descriptor type, String holder, FieldDescriptor field) {
        FieldPath path = byName.get(holder + "." + field.getName());
        boolean pageSize = holder.equals("page") && field.getName().equals("size");
        String camel = pageSize ? "pageSize" : field.getJsonName();
        String snake = pageSize ? "page_size" : field.getName();
        if (path != null && type.findFieldByName(snake) == null) {
            offered.put(camel, path);
            byName.put(camel, path);
            byName.put(snake, path);
        }
    }

    /** Every parameter by the name to show, for documentation. */
    Map<String, FieldPath> offered() {
        return offered;
    }

    /**
     * Fills the request.
     *
     * @param query raw, without the question mark
     * @throws io.meshkit.api.RegistryException INVALID_REQUEST
     */
    void fill(Message.Builder request, String query) {
        if (query.isEmpty()) {
            return;
        }
        Set<FieldPath> seen = new HashSet<>();
        for (String pair : query.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            FieldPath path = find(name);
            if (path == null) {
                throw Requests.invalid(
                        "Unknown query parameter \"" + clip(name) + "\"",
                        clip(name),
                        Suggestions.hint(name, offered.keySet()));
            }
            if (!seen.add(path) && !path.last().isRepeated()) {
                throw Requests.invalid("Query parameter \"" + name + "\" is given twice", path.jsonName(), "");
            }
            String value = decode(equals < 0 ? "" : pair.substring(equals + 1));
            try {
                for (String element : elements(path.last(), value)) {
                    path.set(request, element);
                }
            } catch (IllegalArgumentException e) {
                throw Requests.invalid("Query parameter \"" + name + "\" " + e.getMessage(), path.jsonName(), "");
            }
        }
    }

    private @Nullable FieldPath find(String name) {
        return byName.get(name);
    }

    /** A comma can be part of a string, but of no number and no enum. */
    private static String[] elements(FieldDescriptor field, String value) {
        boolean splits = field.isRepeated()
                && switch (field.getJavaType()) {
                    case INT, LONG, FLOAT, DOUBLE, BOOLEAN, ENUM -> true;
                    case STRING, BYTE_STRING, MESSAGE -> false;
                };
        return splits ? value.split(",", -1) : new String[] {value};
    }

    private static String decode(String raw) {
        try {
            return Percent.decode(raw, true);
        } catch (IllegalArgumentException e) {
            throw Requests.invalid("The query " + e.getMessage(), "", "");
        }
    }

    private static String clip(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }
}
