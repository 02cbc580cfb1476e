package io.omnirelay.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Classes as a run before has loaded and linked them, with its profile: what a JVM otherwise finds out anew at each
 * start. The JVM itself checks that a cache was made by the same JDK from the same jars, and goes on without one that
 * was not; so a stale cache costs time and nothing else.
 *
 * @param file there may be none
 */
public record AotCache(Path file) {
    /** A cache that does not fit is no news to who started the program. */
    private static final List<String> QUIET = List.of("-Xlog:aot=off", "-Xlog:cds=off");

    /** JVM flags to use it; none while there is no such file. */
    public List<String> flags() {
        return Files.isRegularFile(file) ? flags("-XX:AOTCache=" + file) : List.of();
    }

    /** JVM flags of the run that is recorded. */
    public List<String> recordingFlags() {
        return flags("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recording());
    }

    /** JVM flags that make a cache from the recording, at {@link #fresh()}. */
    public List<String> makingFlags() {
        return flags("-XX:AOTMode=create", "-XX:AOTConfiguration=" + recording(), "-XX:AOTCache=" + fresh());
    }

    public Path recording() {
        return beside(".recording");
    }

    /** Until it is complete; then to be renamed. */
    public Path fresh() {
        return beside(".fresh");
    }

    private Path beside(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private static List<String> flags(String... flags) {
        return Stream.concat(Stream.of(flags), QUIET.stream()).toList();
    }
}
