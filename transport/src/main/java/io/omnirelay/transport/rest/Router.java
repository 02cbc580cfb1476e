package io.omnirelay.transport.rest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the binding of a method and path. Literals win over variables.
 *
 * <p>Segments are decoded one by one after splitting, so that {@code %2F} stays inside its segment. Never
 * matched: empty segments ({@code //}, a slash at the end) and the segments {@code .} and {@code ..}, however
 * they are written: nothing is normalised, nothing can be walked out of.
 *
 * @param <T> what is found
 */
final class Router<T> {
    private final Node<T> root = new Node<>();
    private final Set<String> templates = new TreeSet<>();

    private static final class Node<T> {
        final Map<String, Node<T>> literals = new HashMap<>();
        /** Verb → method → target. */
        final Map<String, Map<String, T>> targets = new HashMap<>();

        @Nullable
        Node<T> variable;

        boolean takesRest;
    }

    /**
     * What was found.
     *
     * @param target    null if the path is unknown, or known for other methods only
     * @param variables decoded values, in the order of the template's variables
     * @param allowed   methods of the path; empty if the path is unknown
     */
    record Match<T>(@Nullable T target, List<String> variables, Set<String> allowed) {}

    /** @throws IllegalArgumentException if the same method and path shape is taken */
    void add(String method, PathTemplate template, T target) {
        Node<T> node = root;
        for (PathTemplate.Segment segment : template.segments()) {
            if (!segment.variable()) {
                node = node.literals.computeIfAbsent(segment.name(), name -> new Node<>());
                continue;
            }
            if (node.variable == null) {
                node.variable = new Node<>();
                node.variable.takesRest = segment.rest();
            } else if (node.variable.takesRest != segment.rest()) {
                throw new IllegalArgumentException("One and many segments at the same place: " + template.text());
            }
            node = node.variable;
        }
        if (node.targets
                        .computeIfAbsent(template.verb(), verb -> new TreeMap<>())
                        .putIfAbsent(method, target)
                != null) {
            throw new IllegalArgumentException("Bound twice: " + method + " " + template.text());
        }
        templates.add(template.text());
    }

    /** All templates, for suggestions. */
    Set<String> templates() {
        return templates;
    }

    /**
     * @param path raw, starting with a slash
     * @throws IllegalArgumentException if a segment does not decode, or is a dot segment
     */
    Match<T> find(String method, String path) {
        String verb = "";
        int colon = path.lastIndexOf(':');
        if (colon > path.lastIndexOf('/')) {
            verb = Percent.decode(path.substring(colon + 1), false);
            path = path.substring(0, colon);
        }
        List<String> segments = new ArrayList<>();
        for (String raw : path.substring(1).split("/", -1)) {
            String segment = Percent.decode(raw, false);
            if (segment.equals(".") || segment.equals("..")) {
                throw new IllegalArgumentException("has a dot segment");
            }
            segments.add(segment);
        }
        Set<String> allowed = new TreeSet<>();
        List<String> variables = new ArrayList<>();
        T found = segments.contains("") ? null : walk(root, segments, 0, verb, method, variables, allowed);
        return new Match<>(found, List.copyOf(variables), allowed);
    }

    private @Nullable T walk(
            Node<T> node,
            List<String> segments,
            int index,
            String verb,
            String method,
            List<String> variables,
            Set<String> allowed) {
        if (index == segments.size()) {
            Map<String, T> methods = node.targets.get(verb);
            if (methods == null) {
                return null;
            }
            allowed.addAll(methods.keySet());
            return methods.get(method);
        }
        Node<T> literal = node.literals.get(segments.get(index));
        if (literal != null) {
            T found = walk(literal, segments, index + 1, verb, method, variables, allowed);
            if (found != null) {
                return found;
            }
        }
        if (node.variable == null) {
            return null;
        }
        int next = node.variable.takesRest ? segments.size() : index + 1;
        variables.add(String.join("/", segments.subList(index, next)));
        T found = walk(node.variable, segments, next, verb, method, variables, allowed);
        if (found == null) {
            variables.remove(variables.size() - 1);
        }
        return found;
    }
}
