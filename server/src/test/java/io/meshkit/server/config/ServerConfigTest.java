package io.meshkit.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerConfigTest {
    @TempDir
    Path directory;

    @Test
    void load_minimalFile_takesEveryDefault() throws Exception {
        ServerConfig config = load(ConfigFiles.MINIMAL);

        assertThat(config.clusterName()).isEqualTo("local");
        assertThat(config.listen()).isEqualTo(new ServerConfig.Listen("127.0.0.1", 9440, 9441, 9442, 9443));
        assertThat(config.members())
                .containsExactly(new ServerConfig.Member("node-1", "127.0.0.1", 9440, 9441, 9442, 9443));
        assertThat(config.limits())
                .isEqualTo(new ServerConfig.Limits(
                        1 << 20, 10_000, 3_000, 1_000, 64L << 20, 10_000, 10_000, 256, 8_192, 1_024, 256, 60_000));
        assertThat(config.raft())
                .isEqualTo(new ServerConfig.Raft(
                        1_000,
                        2_000,
                        300,
                        600,
                        true,
                        5_000,
                        1_000,
                        256,
                        512 << 10,
                        1,
                        8_192,
                        64L << 20,
                        256L << 20,
                        100_000,
                        600_000,
                        200_000,
                        1_000_000,
                        16L << 20));
        assertThat(config.storage())
                .isEqualTo(new ServerConfig.Storage(64L << 20, 32L << 20, 32L << 20, 512, 2, 512L << 20, 1_000));
        assertThat(config.log()).isEqualTo(new ServerConfig.Log("info", directory.resolve("log"), 64L << 20, 8));
    }

    private static String jwt(String settings) {
        return ConfigFiles.MINIMAL + "authentication: {jwt: {" + settings + "}}\n";
    }

    @Test
    void load_jwt_isOffUntilAnIssuerIsNamed_andIsForThisQuorumAlone() throws Exception {
        assertThat(load(ConfigFiles.MINIMAL).jwt()).isNull();
        ServerConfig.Jwt jwt =
                load(jwt("issuer: https://i.test, jwks-file: keys.json")).jwt();
        assertThat(jwt.rules().audience()).isEqualTo("6f1c2a3e-9a77-4c8e-a1c5-0d2b6f7e8a90");
        assertThat(jwt.rules().prefix()).isEqualTo("jwt:");
        assertThat(jwt.rules().algorithms()).hasSize(3);
        assertThat(jwt.keysFile()).isEqualTo(directory.resolve("keys.json"));
        assertThat(load(jwt("issuer: i, audience: x, jwks-url: \"https://i.test/keys\""))
                        .jwt()
                        .rules()
                        .audience())
                .isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jwks-file: keys.json",
                "issuer: i",
                "issuer: i, jwks-file: k, jwks-url: \"https://i.test/keys\"",
                "issuer: i, jwks-url: \"http://i.test/keys\"",
                "issuer: i, jwks-url: \"https:///keys\"",
                "issuer: i, jwks-url: \"https://user:secret@i.test/keys\"",
                "issuer: i, jwks-file: k, algorithms: \"RS256,HS256\"",
                "issuer: i, jwks-file: k, algorithms: none",
                "issuer: i, jwks-file: k, prefix: \"spiffe:\"",
                "issuer: i, jwks-file: k, prefix: \"meshkit:\"",
                "issuer: i, jwks-file: k, prefix: \"a b\"",
                "issuer: i, jwks-file: k, clock-skew-ms: 300001",
            })
    void load_jwtThatDoesNotFit_isRefused(String settings) {
        assertThat(catchThrowableOfType(ConfigException.class, () -> load(jwt(settings))))
                .hasMessageContaining("authentication.jwt.");
    }

    @Test
    void load_relativePath_startsAtTheFile() throws Exception {
        ServerConfig config = load(ConfigFiles.MINIMAL);

        assertThat(config.dataDirectory()).isEqualTo(directory.resolve("data"));
        assertThat(config.clientTls().key()).isEqualTo(directory.resolve("tls/server.key"));
        assertThat(config.accessFile()).isEqualTo(directory.resolve("access.yaml"));
    }

    @Test
    void load_sameKeyEverywhere_flagBeatsEnvironmentBeatsFileBeatsDefault() throws Exception {
        String withFile = ConfigFiles.MINIMAL + "limits: {slow-request-ms: 2}\n";
        Map<String, String> environment = Map.of("OMNIRELAY_LIMITS_SLOW_REQUEST_MS", "3");
        List<String> flags = List.of("limits.slow-request-ms=4", "limits.slow-request-ms=5");

        assertThat(slowRequestMs(ConfigFiles.MINIMAL, Map.of(), List.of())).isEqualTo(1_000);
        assertThat(slowRequestMs(withFile, Map.of(), List.of())).isEqualTo(2);
        assertThat(slowRequestMs(withFile, environment, List.of())).isEqualTo(3);
        assertThat(slowRequestMs(withFile, environment, flags)).isEqualTo(5);
    }

    @Test
    void load_membersByEnvironmentAndFlag_overrideTheFile() throws Exception {
        ServerConfig config = ServerConfig.load(
                ConfigFiles.write(directory, ConfigFiles.MINIMAL),
                Map.of("OMNIRELAY_MEMBERS_0_HOST", "registry.example"),
                List.of("members[0].raft-port=7001", "listen.raft-port=7001"));

        assertThat(config.self().host()).isEqualTo("registry.example");
        assertThat(config.self().raftPort()).isEqualTo(7001);
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void load_numberAtItsBounds_isTaken(Setting setting) throws Exception {
        for (long bound : List.of(setting.min(), setting.max())) {
            assertThat(problems(setting.key() + "=" + bound))
                    .as("%s = %d", setting.key(), bound)
                    .noneMatch(problem -> problem.startsWith("--set"));
        }
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void load_numberBeyondItsBounds_isRefused(Setting setting) throws Exception {
        for (long outside : List.of(setting.min() - 1, setting.max() + 1)) {
            assertThat(problems(setting.key() + "=" + outside))
                    .as("%s = %d", setting.key(), outside)
                    .anyMatch(
                            problem -> problem.startsWith("--set: " + setting.key()) && problem.contains("not within"));
        }
    }

    static List<Setting> numbers() {
        return Settings.ALL.stream()
                .filter(setting ->
                        setting.type() == Setting.Type.NUMBER && !setting.key().contains("[]"))
                .toList();
    }

    @Test
    void load_unknownKey_suggestsTheNearest() throws Exception {
        assertThat(problems("limits.slow-reqest-ms=1"))
                .containsExactly("--set: limits.slow-reqest-ms: no such setting; did you mean limits.slow-request-ms?");
    }

    @Test
    void load_unknownVariableOfASection_suggestsTheNearest() throws Exception {
        ConfigException failure = failure(ConfigFiles.MINIMAL, Map.of("OMNIRELAY_LOG_LEVLE", "debug"), List.of());

        assertThat(failure.problems())
                .containsExactly("OMNIRELAY_LOG_LEVLE: no such setting; did you mean OMNIRELAY_LOG_LEVEL?");
    }

    @Test
    void load_variableOfTheCommandLineTool_isNotOurs() throws Exception {
        ServerConfig config = ServerConfig.load(
                ConfigFiles.write(directory, ConfigFiles.MINIMAL), Map.of("OMNIRELAY_TOKEN", "mkr_x"), List.of());

        assertThat(config.node()).isEqualTo("node-1");
    }

    @Test
    void load_emptyFile_namesEverythingThatMustBeGiven() throws Exception {
        Set<String> required = Settings.ALL.stream()
                .filter(setting -> setting.standard() == null && !setting.key().contains("[]"))
                .map(Setting::key)
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> named = failure("", Map.of(), List.of()).problems().stream()
                .filter(problem -> problem.contains("must be given"))
                .map(problem -> problem.substring(0, problem.indexOf(':')))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).isEqualTo(required);
    }

    @Test
    void load_severalMistakes_areReportedTogetherWithTheirLines() throws Exception {
        String document = ConfigFiles.MINIMAL + "log: {level: loud}\nlimits: {request-bytes-max: many}\n";

        assertThat(failure(document, Map.of(), List.of()).problems())
                .containsExactly(
                        "registry.yaml:9: log.level: 'loud' is none of error, warn, info, debug, trace",
                        "registry.yaml:10: limits.request-bytes-max: 'many' is not a whole number of bytes");
    }

    @Test
    void load_keyTwice_isRefused() throws Exception {
        assertThat(failure(ConfigFiles.MINIMAL + "access: {file: other}\n", Map.of(), List.of())
                        .problems())
                .anyMatch(problem -> problem.contains("access.file is given twice"));
    }

    @Test
    void load_brokenYaml_isRefused() throws Exception {
        assertThat(failure("cluster: {id: [", Map.of(), List.of()).problems())
                .anyMatch(problem -> problem.startsWith("registry.yaml: not YAML"));
    }

    @Test
    void load_valuesThatDoNotFitTogether_areRefused() throws Exception {
        assertThat(problems("node.id=node-9")).containsExactly("node.id: node-9 is not in members [node-1]");
        assertThat(problems("listen.raft-port=1234")).anyMatch(problem -> problem.startsWith("listen: the ports"));
        assertThat(problems("raft.election-timeout-min-ms=2000"))
                .anyMatch(problem -> problem.startsWith("raft.election-timeout-min-ms must be less"));
        assertThat(problems("cluster.id=mine")).containsExactly("cluster.id: 'mine' is not a UUID");
        assertThat(problems("storage.write-buffer-bytes-max=134217728")).hasSize(1);
    }

    @Test
    void print_everySetting_withItsOrigin() throws Exception {
        Effective effective = ConfigLoader.load(
                ConfigFiles.write(directory, ConfigFiles.MINIMAL),
                Map.of("OMNIRELAY_LOG_LEVEL", "debug"),
                List.of("limits.slow-request-ms=7"));

        List<String> lines = effective
                .print()
                .lines()
                .map(line -> line.replaceAll(" +", " "))
                .toList();

        // A list's settings are shown for each of its elements: the minimal file has one member and no exception.
        assertThat(lines).hasSize((int) Settings.ALL.stream()
                .filter(setting ->
                        !setting.key().contains("[]") || setting.key().startsWith("members"))
                .count());
        assertThat(lines)
                .contains(
                        "node.id: node-1 # registry.yaml:2",
                        "members[0].host: 127.0.0.1 # registry.yaml:4",
                        "log.level: debug # OMNIRELAY_LOG_LEVEL",
                        "limits.slow-request-ms: 7 # --set",
                        "log.files-max: 8 # default");
    }

    @Test
    void settings_each_saysWhatItMeansAndItsUnit() {
        assertThat(Settings.ALL).allSatisfy(setting -> {
            assertThat(setting.meaning()).isNotBlank();
            if (setting.type() == Setting.Type.NUMBER) {
                assertThat(setting.unit()).isNotBlank();
                assertThat(setting.min() > 0 || !setting.zero().isEmpty())
                        .as("%s says what 0 means", setting.key())
                        .isTrue();
            }
        });
        assertThat(Settings.ALL.stream().map(Setting::key)).doesNotHaveDuplicates();
    }

    private long slowRequestMs(String document, Map<String, String> environment, List<String> flags) throws Exception {
        return ServerConfig.load(ConfigFiles.write(directory, document), environment, flags)
                .limits()
                .slowRequestMs();
    }

    private ServerConfig load(String document) throws Exception {
        return ServerConfig.load(ConfigFiles.write(directory, document), Map.of(), List.of());
    }

    private List<String> problems(String flag) throws IOException {
        try {
            ServerConfig.load(ConfigFiles.write(directory, ConfigFiles.MINIMAL), Map.of(), List.of(flag));
            return List.of();
        } catch (ConfigException e) {
            return e.problems();
        }
    }

    private ConfigException failure(String document, Map<String, String> environment, List<String> flags)
            throws IOException {
        Path file = ConfigFiles.write(directory, document);
        return catchThrowableOfType(ConfigException.class, () -> ServerConfig.load(file, environment, flags));
    }
}
