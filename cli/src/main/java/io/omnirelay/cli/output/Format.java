package io.omnirelay.cli.output;

/** How a result is written. */
public enum Format {
    TABLE,
    JSON,
    YAML;

    /** So that options show and take lower case. */
    @Override
    public String toString() {
        return switch (this) {
            case TABLE -> "table";
            case JSON -> "json";
            case YAML -> "yaml";
        };
    }
}
