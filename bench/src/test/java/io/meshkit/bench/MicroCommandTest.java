package io.meshkit.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MicroCommandTest {
    @TempDir
    Path out;

    @Test
    void only_thatMatchesNoBenchmark_isAnInvalidRequest() {
        assertThat(micro("--only", "NoSuchBenchmark")).isEqualTo(ErrorCode.INVALID_REQUEST.exitCode());
    }

    @Test
    void forks_ofNone_areAnInvalidRequest() {
        assertThat(micro("--forks", "0")).isEqualTo(ErrorCode.INVALID_REQUEST.exitCode());
    }

    @Test
    void aBenchmark_leavesItsResult() {
        assertThat(micro("--only", "EncodeBenchmark.key", "--forks", "1", "--iterations", "1", "--seconds", "1"))
                .isZero();
        assertThat(out.resolve("micro.json")).content().contains("EncodeBenchmark.key");
    }

    private int micro(String... options) {
        String[] all = new String[options.length + 3];
        all[0] = "micro";
        all[1] = "--out";
        all[2] = out.toString();
        System.arraycopy(options, 0, all, 3, options.length);
        return Main.run(all);
    }
}
