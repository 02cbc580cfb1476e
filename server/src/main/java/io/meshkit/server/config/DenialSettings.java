package io.meshkit.server.config;

import static io.meshkit.server.config.Setting.number;

import java.util.List;

/** The settings of denied attempts in the audit history. */
final class DenialSettings {
    private DenialSettings() {}

    static final List<Setting> ALL = List.of(
            number(
                            "denials.flush-interval-ms",
                            "ms",
                            10_000,
                            0,
                            3_600_000,
                            "How often a node writes the attempts that it has refused to the audit history, all in one"
                                    + " entry.")
                    .zero("never: they are in its log and metrics alone")
                    .hazard("low: whoever is refused makes the history grow; high: more is lost when a node fails"),
            number(
                    "denials.rows-per-flush-max",
                    "rows",
                    32,
                    2,
                    64,
                    "Rows of such an entry, one for each principal, credential, verb and code; more have to wait for"
                            + " the next one."),
            number(
                    "denials.rows-held-max",
                    "rows",
                    256,
                    1,
                    100_000,
                    "Rows that a node holds until they are written; beyond it attempts are counted in one row without"
                            + " an actor."));

    static ServerConfig.Denials of(Effective values) {
        return new ServerConfig.Denials(
                values.number("denials.flush-interval-ms"), (int) values.number("denials.rows-per-flush-max"), (int)
                        values.number("denials.rows-held-max"));
    }
}
