package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotCacheTest {
    @TempDir
    Path directory;

    @Test
    void flags_withoutAFile_areNone() {
        assertThat(new AotCache(directory.resolve("none.aot")).flags()).isEmpty();
    }

    @Test
    void aotCache_withoutAHome_isNone() {
        assertThat(new Installation("java", "lib/*", Optional.empty()).aotCache(Installation.SERVER))
                .isEmpty();
    }

    @Test
    void aotCaches_ofTheTwoPrograms_differ() {
        Installation installation = new Installation("java", "lib/*", Optional.of(directory));
        assertThat(installation.aotCache(Installation.SERVER))
                .isNotEqualTo(installation.aotCache(Installation.COMMAND_LINE))
                .isPresent();
    }

    /** A cache that another JDK made, or for other jars, must cost nothing but time: no start, no line of output. */
    @Test
    void jvm_withACacheThatDoesNotFit_runsAsWithoutAndSaysNothing() throws IOException, InterruptedException {
        AotCache cache = new AotCache(directory.resolve("foreign.aot"));
        Files.writeString(cache.file(), "made by something else", StandardCharsets.UTF_8);
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(Installation.COMMAND_LINE_FLAGS);
        assertThat(cache.flags()).isNotEmpty();
        command.addAll(cache.flags());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Installation.COMMAND_LINE, "--version"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(output.lines().filter(line -> !line.startsWith("Picked up")))
                .hasSize(1)
                .allMatch(line -> line.startsWith("omnirelay "));
    }
}
