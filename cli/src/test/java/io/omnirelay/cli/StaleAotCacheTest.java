package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real JVM with a real cache of a small distribution, whose jars are then replaced: the new class must run, started by
 * the launcher script as well as from Java. Before 25.0.4 the JVM itself runs the old one (JDK-8377932).
 */
class StaleAotCacheTest {
    private enum Start {
        LAUNCHER,
        JAVA
    }

    private record Outcome(String output, boolean fromCache) {}

    private static final String OPTIONS = "OMNIRELAY_JAVA_OPTS";
    private static final FileTime BUILT = FileTime.from(Instant.parse("2026-01-02T03:04:05Z"));

    @TempDir
    static Path home;

    @TempDir
    Path directory;

    @BeforeAll
    static void train() throws Exception {
        Path script = Files.createDirectory(home.resolve("bin")).resolve("omnirelay");
        Files.copy(Path.of("..", "omnirelay"), script);
        Files.createDirectory(home.resolve("lib"));
        Files.createDirectory(home.resolve("aot"));
        restore();
        AotCache cache = cache();
        List<String> recording = new ArrayList<>(Installation.COMMAND_LINE_FLAGS);
        recording.addAll(cache.recordingFlags());
        String before = cache.sources().describe().orElseThrow();
        run(List.of(installation().java(), "-XX:AOTMode=off", "-version"), Map.of(), true);
        run(installation().command(Installation.COMMAND_LINE, List.of(), recording, "", Map.of()), Map.of(), false);
        List<String> making = new ArrayList<>(List.of(installation().java()));
        making.addAll(Installation.ALWAYS_FLAGS);
        making.addAll(Installation.COMMAND_LINE_FLAGS);
        making.addAll(cache.makingFlags());
        making.addAll(List.of("-cp", installation().classPath()));
        run(making, Map.of(), false);
        cache.complete(before);
        cache.removeUnfinished();
    }

    @BeforeEach
    void restoreJars() throws IOException {
        restore();
    }

    private static void restore() throws IOException {
        jar("other-1.0.jar", "other.Word", word("one"), BUILT);
        jar("meshkit-none.jar", "none.None", "package none; public class None {}", BUILT);
        jar("omnirelay-probe.jar", "io.omnirelay.cli.Main", """
                package io.omnirelay.cli;
                public class Main {
                    public static void main(String[] arguments) {
                        System.out.print("one " + other.Word.word());
                    }
                }
                """, BUILT);
    }

    private static String word(String word) {
        return "package other; public class Word { public static String word() { return \"" + word + "\"; } }";
    }

    private static Installation installation() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new Installation(java, home.resolve("lib") + "/*", Optional.of(home));
    }

    private static AotCache cache() {
        return installation().aotCache(Installation.COMMAND_LINE).orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void start_withTheJarsOfTheCache_usesIt(Start start) throws Exception {
        assertThat(start(start, Map.of())).isEqualTo(new Outcome("one one", true));
    }

    @ParameterizedTest
    @EnumSource
    void start_whenOff_usesNone(Start start) throws Exception {
        assertThat(start(start, Map.of(AotCache.VARIABLE, "off"))).isEqualTo(new Outcome("one one", false));
    }

    @ParameterizedTest
    @EnumSource
    void start_afterAJarBecameNewer_runsTheNewClass(Start start) throws Exception {
        jar("other-1.0.jar", "other.Word", word("two"), FileTime.from(Instant.now()));
        assertThat(start(start, Map.of())).isEqualTo(new Outcome("one two", false));
    }

    /** As an unpacked archive, whose files are older than the cache. */
    @ParameterizedTest
    @EnumSource
    void start_afterAJarWasReplacedByAnOlder_runsItsClass(Start start) throws Exception {
        FileTime older = FileTime.from(BUILT.toInstant().minusSeconds(86_400));
        jar("other-1.0.jar", "other.Word", word("two"), older);
        assertThat(start(start, Map.of())).isEqualTo(new Outcome("one two", false));
    }

    /** As an archive all of whose files have one time, whatever the build. */
    @ParameterizedTest
    @EnumSource
    void start_afterAJarOfOursWasReplacedByOneOfTheSameSizeAndTime_runsTheNewClass(Start start) throws Exception {
        Path jar = home.resolve("lib/omnirelay-probe.jar");
        long size = Files.size(jar);
        jar("omnirelay-probe.jar", "io.omnirelay.cli.Main", """
                package io.omnirelay.cli;
                public class Main {
                    public static void main(String[] arguments) {
                        System.out.print("two " + other.Word.word());
                    }
                }
                """, BUILT);
        assertThat(jar).hasSize(size);
        assertThat(start(start, Map.of())).isEqualTo(new Outcome("two one", false));
    }

    private Outcome start(Start start, Map<String, String> more) throws Exception {
        Path log = directory.resolve("classes.log");
        Map<String, String> environment = new TreeMap<>(more);
        environment.put("OMNIRELAY_JAVA_HOME", System.getProperty("java.home"));
        environment.put(OPTIONS, "-Xlog:class+load:file=" + log);
        List<String> command = switch (start) {
            case LAUNCHER -> List.of("/bin/sh", home.resolve("bin/omnirelay").toString());
            case JAVA -> {
                List<String> flags = new ArrayList<>(Installation.COMMAND_LINE_FLAGS);
                flags.addAll(cache().flags(environment));
                yield installation().command(Installation.COMMAND_LINE, List.of(), flags, OPTIONS, environment);
            }
        };
        String output = run(command, environment, false);
        boolean fromCache = Files.readString(log).contains("io.omnirelay.cli.Main source: shared objects file");
        return new Outcome(output, fromCache);
    }

    /** @return what it printed on standard output */
    private static String run(List<String> command, Map<String, String> environment, boolean probe) throws Exception {
        Path errors = Files.createTempFile("errors", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().remove(AotCache.VARIABLE);
            builder.environment().putAll(environment);
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            Assumptions.assumeTrue(!probe || code == 0, "SKIPPED: this JVM knows no AOT caches");
            assertThat(code).as(Files.readString(errors)).isZero();
            return output;
        } finally {
            Files.delete(errors);
        }
    }

    /** Puts a jar of one class into the library; uncompressed, so that words of one length make jars of one size. */
    private static void jar(String name, String className, String source, FileTime time) throws IOException {
        Path work = Files.createTempDirectory("classes");
        String path = className.replace('.', '/');
        Path file = work.resolve(path + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, source);
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "-d", work.toString()));
        arguments.addAll(List.of("-cp", home.resolve("lib/other-1.0.jar").toString(), file.toString()));
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int code = ToolProvider.getSystemJavaCompiler().run(null, null, errors, arguments.toArray(new String[0]));
        assertThat(code).as(errors.toString(StandardCharsets.UTF_8)).isZero();
        byte[] content = Files.readAllBytes(work.resolve(path + ".class"));
        Path jar = work.resolve(name);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            ZipEntry entry = new ZipEntry(path + ".class");
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(content.length);
            CRC32 crc = new CRC32();
            crc.update(content);
            entry.setCrc(crc.getValue());
            entry.setTime(BUILT.toMillis());
            out.putNextEntry(entry);
            out.write(content);
        }
        Files.setLastModifiedTime(jar, time);
        Files.move(jar, home.resolve("lib").resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
}
