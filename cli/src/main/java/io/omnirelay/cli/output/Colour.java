package io.omnirelay.cli.output;

/** A colour of the terminal's own palette. */
public enum Colour {
    NONE(""),
    RED("\u001b[31m"),
    GREEN("\u001b[32m"),
    YELLOW("\u001b[33m"),
    BOLD("\u001b[1m");

    private final String code;

    Colour(String code) {
        this.code = code;
    }

    public String paint(String text) {
        return this == NONE ? text : code + text + "\u001b[0m";
    }

    /** Of a state's short name: what works is green, what is on its way yellow, what is gone red. */
    public static Colour ofState(String state) {
        return switch (state) {
            case "active", "alive", "leader", "ready", "up" -> GREEN;
            case "cordoned", "draining", "drained", "suspect", "paused", "maintenance", "candidate" -> YELLOW;
            case "left", "disabled", "down", "diverged" -> RED;
            default -> NONE;
        };
    }
}
