package io.omnirelay.transport.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A path of {@code google.api.http}, told apart as OpenAPI does: by its shape, whatever its variables are called.
 * {@code /peers/{peer.id}} and {@code /peers/{id}} are one path there.
 *
 * @param literals  the text around the variables, one more than these
 * @param variables the fields that they fill, in proto notation
 */
record PathTemplate(List<String> literals, List<String> variables) {
    /** @throws IllegalArgumentException for a variable of several segments, which OpenAPI cannot express */
    static PathTemplate parse(String text) {
        List<String> literals = new ArrayList<>();
        List<String> variables = new ArrayList<>();
        int from = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', from)) {
            int close = text.indexOf('}', open);
            String variable = close < 0 ? "" : text.substring(open + 1, close);
            if (variable.endsWith("=*")) {
                variable = variable.substring(0, variable.length() - 2);
            }
            if (!variable.matches("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*")) {
                throw new IllegalArgumentException("Not expressible as an OpenAPI path: " + text);
            }
            literals.add(text.substring(from, open));
            variables.add(variable);
            from = close + 1;
        }
        literals.add(text.substring(from));
        return new PathTemplate(List.copyOf(literals), List.copyOf(variables));
    }

    /** Equal for paths that match the same requests. */
    String shape() {
        return String.join("{}", literals);
    }

    /** The path with the given names for its variables. */
    String withNames(List<String> names) {
        StringBuilder path = new StringBuilder(literals.get(0));
        for (int i = 0; i < names.size(); i++) {
            path.append('{').append(names.get(i)).append('}').append(literals.get(i + 1));
        }
        return path.toString();
    }

    /** Short names of the variables in JSON notation, unique within the path: {@code shard.shard_id} → shardId. */
    List<String> names() {
        List<String> last = variables.stream()
                .map(variable -> camel(variable.substring(variable.lastIndexOf('.') + 1)))
                .toList();
        return last.stream().distinct().count() == last.size()
                ? last
                : variables.stream().map(PathTemplate::camel).collect(Collectors.toList());
    }

    private static String camel(String snake) {
        StringBuilder name = new StringBuilder(snake.length());
        boolean up = false;
        for (char c : snake.toCharArray()) {
            if (c == '_') {
                up = true;
            } else {
                name.append(up ? Character.toUpperCase(c) : c);
                up = false;
            }
        }
        return name.toString();
    }
}
