package io.meshkit.jepsen.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.jepsen.client.Transports;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunOptionsTest {
    @ParameterizedTest
    @CsvSource({"1,1", "12,12", "2n,6", "1n,3", "1000,1000"})
    void threads_numberOrMultipleOfNodes(String text, int threads) {
        assertThat(RunOptions.threads(text, 3)).isEqualTo(threads);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "n", "0", "0n", "-1", "2m", "1001", "334n", "1.5"})
    void threads_anythingElse_isRefused(String text) {
        assertThatThrownBy(() -> RunOptions.threads(text, 3)).hasMessageContaining("--concurrency");
    }

    @ParameterizedTest
    @CsvSource({
        "partition,partition:leader,true",
        "partition:leader,partition:leader,true",
        "partition:one,partition:leader,false",
        "kill,kill+partition:one,true",
        "partition,kill+partition:one,true",
        "part,partition:one,false",
        "pause,kill,false"
    })
    void requires_byNameOrFamily(String required, String nemesis, boolean expected) {
        RunOptions options = new RunOptions(
                List.of("register"),
                List.of(nemesis),
                List.of(required),
                3,
                60,
                300,
                6,
                Transports.parse("grpc"),
                1,
                1,
                1,
                Path.of("/"),
                "");

        assertThat(options.requires(nemesis)).isEqualTo(expected);
    }
}
