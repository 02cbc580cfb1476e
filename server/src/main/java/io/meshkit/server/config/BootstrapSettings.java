package io.meshkit.server.config;

import static io.meshkit.server.config.Setting.number;
import static io.meshkit.server.config.Setting.path;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings of bootstrap. */
final class BootstrapSettings {
    private static final String CERTIFICATE = "bootstrap.issuer.certificate";
    private static final String KEY = "bootstrap.issuer.key";
    private static final String TRUST = "bootstrap.server-trust";

    private BootstrapSettings() {}

    static final List<Setting> ALL = List.of(
            path(
                            CERTIFICATE,
                            "",
                            "PEM of the workload CA: what this node signs workload certificates with. Its issuer,"
                                    + " if any, follows it in the file. It must be in tls.client.ca, too. Empty: this"
                                    + " node issues none.")
                    .hazard("a CA that also signs servers' certificates lets this node's disk make servers"),
            path(KEY, "", "Its unencrypted PKCS #8 key in PEM, of kind EC; for its owner alone (mode 0600).")
                    .hazard("whoever has it can be any workload until the CA is replaced"),
            path(
                    TRUST,
                    "",
                    "PEM of the CA that the servers' certificates lead to; join tokens carry the hash of its first"
                            + " certificate. Empty: tls.client.ca, whose first certificate must be that CA."),
            number(
                    "bootstrap.joins-per-second",
                    "joins/s",
                    20,
                    1,
                    10_000,
                    "Joins that this node takes per second, of all tokens together; beyond it OVERLOADED with the time"
                            + " to wait."));

    static ServerConfig.Bootstrap of(Effective values, List<String> problems) {
        Path certificate = optional(values, CERTIFICATE);
        Path key = optional(values, KEY);
        if ((certificate == null) != (key == null)) {
            problems.add(CERTIFICATE + " and " + KEY + " go together: give both or neither");
        }
        Path trust = optional(values, TRUST);
        return new ServerConfig.Bootstrap(
                certificate,
                key,
                trust == null ? values.path("tls.client.ca") : trust,
                values.number("bootstrap.joins-per-second"));
    }

    private static @Nullable Path optional(Effective values, String key) {
        return values.text(key).isEmpty() ? null : values.path(key);
    }
}
