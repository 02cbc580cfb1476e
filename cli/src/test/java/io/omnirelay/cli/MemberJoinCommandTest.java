package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code quorum join} refuses before it asks anybody, and what it keeps. */
class MemberJoinCommandTest {
    private static final String TOKEN = "mkj_0123456789abcdef_" + "s".repeat(43) + "_" + "0".repeat(64);

    @TempDir
    Path directory;

    private Cli.Result join(String... options) {
        String[] args = new String[options.length + 4];
        System.arraycopy(options, 0, args, 4, options.length);
        args[0] = "quorum";
        args[1] = "join";
        args[2] = "--data";
        args[3] = directory.resolve("node").toString();
        return new Cli(directory.resolve("state"))
                .with("OMNIRELAY_JOIN_TOKEN", TOKEN)
                .run(args);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a/b|--server=h:1|NODE: 'a/b' is no node id",
                "node-4|--server=h|host:port",
                "node-4|--base-port=65533|--base-port: 65533 does not fit",
                "node-4|--token=mkj_x|that is no join token",
            })
    void join_badInput_isNamed(String node, String option, String message) {
        Cli.Result refused = option.startsWith("--server") ? join(node, option) : join(node, "--server=h:1", option);

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains(message);
        assertThat(directory.resolve("node")).doesNotExist();
        assertThat(directory.resolve(".node.joining")).doesNotExist();
    }

    @Test
    void join_intoADirectoryThatHoldsSomething_isRefused() throws Exception {
        Files.createDirectory(directory.resolve("node"));
        Files.writeString(directory.resolve("node/mine"), "");

        Cli.Result refused = join("node-4", "--server", "h:1");

        assertThat(refused.exitCode()).isEqualTo(6);
        assertThat(refused.err()).contains("holds something that is no quorum");
    }

    @Test
    void join_whenNobodyAnswers_keepsWhatItAskedWith() throws Exception {
        Cli.Result silent = join("node-4", "--server", "127.0.0.1:1");

        assertThat(silent.exitCode()).isEqualTo(9);
        assertThat(silent.err()).contains("127.0.0.1:1 cannot be asked");
        Path attempt = directory.resolve(".node.joining/attempt");
        String kept = Files.readString(attempt);
        assertThat(kept)
                .startsWith("j-0123456789abcdef node-4\n")
                .containsPattern("\n[0-9a-f-]{36}-join\n")
                .doesNotContain("s".repeat(43));

        join("node-4", "--server", "127.0.0.1:1");
        assertThat(attempt).as("asks for the same").hasContent(kept);
        join("node-5", "--server", "127.0.0.1:1");
        assertThat(attempt).as("another node is another join").content().startsWith("j-0123456789abcdef node-5\n");
    }
}
