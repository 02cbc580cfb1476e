package io.omnirelay.transport.rest;

import java.util.ArrayList;
import java.util.List;

/**
 * A path template of {@code google.api.http}: {@code /meshkit/peers/{peer.id}:cordon}.
 *
 * <p>Served are literals, {@code {field}}, {@code {field=*}} (one segment), {@code {field=**}} (all the rest; last
 * only) and a verb after the last colon.
 *
 * @param segments in order
 * @param verb     without the colon; empty for none
 */
record PathTemplate(String text, List<Segment> segments, String verb) {
    /**
     * One segment.
     *
     * @param variable whether {@code name} is a field's path rather than literal text
     * @param rest     a variable that takes all remaining segments
     */
    record Segment(String name, boolean variable, boolean rest) {}

    /** @throws IllegalArgumentException if the template is malformed or uses what is not served */
    static PathTemplate parse(String text) {
        if (!text.startsWith("/") || text.length() < 2) {
            throw new IllegalArgumentException("A path template starts with a slash: " + text);
        }
        int colon = text.lastIndexOf(':');
        boolean hasVerb = colon > text.lastIndexOf('/') && colon > text.lastIndexOf('}');
        String path = hasVerb ? text.substring(0, colon) : text;
        List<Segment> segments = new ArrayList<>();
        for (String part : path.substring(1).split("/", -1)) {
            if (!segments.isEmpty() && segments.get(segments.size() - 1).rest()) {
                throw new IllegalArgumentException("Nothing can follow {…=**}: " + text);
            }
            segments.add(segment(part, text));
        }
        return new PathTemplate(text, List.copyOf(segments), hasVerb ? text.substring(colon + 1) : "");
    }

    private static Segment segment(String part, String text) {
        if (!part.startsWith("{")) {
            if (part.isEmpty() || part.contains("*") || part.contains("{")) {
                throw new IllegalArgumentException("Not served in a path template: \"" + part + "\" of " + text);
            }
            return new Segment(part, false, false);
        }
        if (!part.endsWith("}")) {
            throw new IllegalArgumentException("A variable takes whole segments: " + text);
        }
        String inner = part.substring(1, part.length() - 1);
        int equals = inner.indexOf('=');
        String pattern = equals < 0 ? "*" : inner.substring(equals + 1);
        if (!pattern.equals("*") && !pattern.equals("**")) {
            throw new IllegalArgumentException("Not served in a path template: \"" + pattern + "\" of " + text);
        }
        return new Segment(equals < 0 ? inner : inner.substring(0, equals), true, pattern.equals("**"));
    }

    /** Fields that the path names, in order. */
    List<String> variables() {
        return segments.stream().filter(Segment::variable).map(Segment::name).toList();
    }
}
