package io.meshkit.server.config;

/**
 * A value before it is checked.
 *
 * @param origin where it comes from, as people read it: {@code registry.yaml:12}, the name of an
 *     environment variable, or {@code --set}
 */
public record Raw(String text, String origin) {}
