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
    private static final String MEMBER_CERTIFICATE = "bootstrap.member-issuer.certificate";
    private static final String MEMBER_KEY = "bootstrap.member-issuer.key";
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
                            MEMBER_CERTIFICATE,
                            "",
                            "PEM of the member CA: what this node signs certificates of members with. It must be in"
                                    + " tls.raft.ca and bootstrap.server-trust of every node and in what clients trust,"
                                    + " and must not be in tls.client.ca. Empty: this node issues none.")
                    .hazard("in tls.client.ca it would let whoever has its key make administrators: the node refuses"
                            + " to issue then"),
            path(MEMBER_KEY, "", "Its unencrypted PKCS #8 key in PEM, of kind EC; for its owner alone (mode 0600).")
                    .hazard("whoever has it can be any member until the CA is replaced"),
            path(
                    TRUST,
                    "",
                    "PEM of the CAs that the servers' certificates lead to; join tokens carry the hash of these, so"
                            + " every node should name the same. Empty: tls.client.ca."),
            number(
                    "bootstrap.member-renew-percent",
                    "%",
                    60,
                    1,
                    80,
                    "How much of the life of this member's certificate passes before the node renews it, if the"
                            + " registry has issued it; up to a fifth of that later, at random."),
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
        requireBoth(CERTIFICATE, certificate, KEY, key, problems);
        Path memberCertificate = optional(values, MEMBER_CERTIFICATE);
        Path memberKey = optional(values, MEMBER_KEY);
        requireBoth(MEMBER_CERTIFICATE, memberCertificate, MEMBER_KEY, memberKey, problems);
        Path trust = optional(values, TRUST);
        return new ServerConfig.Bootstrap(
                certificate,
                key,
                memberCertificate,
                memberKey,
                trust == null ? values.path("tls.client.ca") : trust,
                (int) values.number("bootstrap.member-renew-percent"),
                values.number("bootstrap.joins-per-second"));
    }

    private static void requireBoth(
            String certificateName,
            @Nullable Path certificate,
            String keyName,
            @Nullable Path key,
            List<String> problems) {
        if ((certificate == null) != (key == null)) {
            problems.add(certificateName + " and " + keyName + " go together: give both or neither");
        }
    }

    private static @Nullable Path optional(Effective values, String key) {
        return values.text(key).isEmpty() ? null : values.path(key);
    }
}
