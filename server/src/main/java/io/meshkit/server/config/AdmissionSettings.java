package io.meshkit.server.config;

import static io.meshkit.server.config.Setting.number;

import java.util.List;

/** The settings of admission. */
final class AdmissionSettings {
    private AdmissionSettings() {}

    static final List<Setting> ALL = List.of(
            number(
                            "admission.identity-ops-per-second",
                            "calls/s",
                            50_000,
                            0,
                            1_000_000,
                            "Calls per second of one identity on this node in the long run; beyond it OVERLOADED with the"
                                    + " time to wait.")
                    .zero("any number")
                    .hazard("low: a busy client is slowed down although the node has room"),
            number(
                    "admission.identity-burst-ops",
                    "calls",
                    100_000,
                    1,
                    10_000_000,
                    "Calls that an identity may make at once after a pause."),
            number(
                    "admission.identity-calls-max",
                    "calls",
                    4_096,
                    1,
                    1_000_000,
                    "Calls of one identity being answered at once by this node, by whatever transport; watches do not"
                            + " count."),
            number("admission.calls-max", "calls", 8_192, 1, 1_000_000, "The same of all identities together.")
                    .hazard("each holds memory for its request and its answer"),
            number(
                            "admission.reserved-percent",
                            "%",
                            10,
                            0,
                            90,
                            "Share of admission.calls-max for keep-alives and verbs of mesh.admin alone.")
                    .zero("none: under load leases may expire although their holders are alive"));

    static ServerConfig.Admission of(Effective values) {
        return new ServerConfig.Admission(
                values.number("admission.identity-ops-per-second"),
                values.number("admission.identity-burst-ops"),
                (int) values.number("admission.identity-calls-max"),
                (int) values.number("admission.calls-max"),
                (int) values.number("admission.reserved-percent"));
    }
}
