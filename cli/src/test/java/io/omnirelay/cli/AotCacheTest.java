package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotCacheTest {
    @TempDir
    Path directory;

    @Test
    void flags_withoutAFile_areNone() throws IOException {
        assertThat(new AotCache(directory.resolve("none.aot"), sources()).flags(Map.of()))
                .isEmpty();
    }

    /** As those before this version, and those whose making was cut off. */
    @Test
    void flags_ofACacheOfNobodyKnowsWhat_areNone() throws IOException {
        AotCache cache = new AotCache(directory.resolve("old.aot"), sources());
        Files.writeString(cache.file(), "a cache", StandardCharsets.UTF_8);
        assertThat(cache.flags(Map.of())).isEmpty();
    }

    @Test
    void flags_whenOff_areNone() throws IOException {
        AotCache cache = made();
        assertThat(cache.flags(Map.of())).isNotEmpty();
        assertThat(cache.flags(Map.of("OMNIRELAY_AOT", "off"))).isEmpty();
    }

    @Test
    void flags_whenAJarCameOrWent_areNone() throws IOException {
        AotCache cache = made();
        Path another = Files.writeString(cache.sources().library().resolve("another.jar"), "");
        assertThat(cache.flags(Map.of())).isEmpty();
        Files.delete(another);
        assertThat(cache.flags(Map.of())).isNotEmpty();
        Files.delete(cache.sources().library().resolve("omnirelay-a.jar"));
        assertThat(cache.flags(Map.of())).isEmpty();
    }

    @Test
    void flags_withAnotherJdk_areNone() throws IOException {
        AotCache cache = made();
        Path other = Files.createDirectories(directory.resolve("jdk"));
        Files.writeString(Files.createDirectory(other.resolve("lib")).resolve("modules"), "another");
        AotSources sources = new AotSources(other, cache.sources().library());
        assertThat(sources.describe()).isPresent();
        assertThat(new AotCache(cache.file(), sources).flags(Map.of())).isEmpty();
    }

    @Test
    void complete_whenAJarChangedMeanwhile_isRefusedAndMakesNone() throws IOException {
        AotCache cache = new AotCache(directory.resolve("new.aot"), sources());
        String before = cache.sources().describe().orElseThrow();
        Files.writeString(cache.sources().library().resolve("omnirelay-a.jar"), "other");
        assertThatThrownBy(() -> cache.complete(before)).hasMessageContaining("changed while");
        assertThat(cache.file()).doesNotExist();
    }

    private AotSources sources() throws IOException {
        Path library = Files.createDirectories(directory.resolve("lib"));
        Files.writeString(library.resolve("omnirelay-a.jar"), "words");
        return new AotSources(Path.of(System.getProperty("java.home")), library);
    }

    private AotCache made() throws IOException {
        return made("whole.aot", "a cache");
    }

    private AotCache made(String name, String content) throws IOException {
        AotCache cache = new AotCache(directory.resolve(name), sources());
        String fresh = cache.makingFlags().stream()
                .filter(flag -> flag.startsWith("-XX:AOTCache="))
                .findFirst()
                .orElseThrow();
        Files.writeString(Path.of(fresh.substring("-XX:AOTCache=".length())), content, StandardCharsets.UTF_8);
        cache.complete(cache.sources().describe().orElseThrow());
        return cache;
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
        AotCache cache = made("foreign.aot", "made by something else");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(Installation.COMMAND_LINE_FLAGS);
        assertThat(cache.flags(Map.of())).isNotEmpty();
        command.addAll(cache.flags(Map.of()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Installation.COMMAND_LINE, "--version"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(output.lines().filter(line -> !line.startsWith("Picked up")))
                .hasSize(1)
                .allMatch(line -> line.startsWith("omnirelay "));
    }
}
