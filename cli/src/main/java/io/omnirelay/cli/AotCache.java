package io.omnirelay.cli;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Classes as a run before has loaded and linked them, with its profile: what a JVM otherwise finds out anew at each
 * start.
 *
 * <p>A cache holds the classes themselves, and before 25.0.4 a JVM takes one whatever became of its jars (JDK-8377932):
 * it would run the old classes. So what a cache is made of is written beside it when it is complete, and a cache is used
 * only while it is the same. A stale one costs time and nothing else. The JVM checks its own version and flags.
 *
 * @param file    there may be none
 * @param sources what there is now
 */
public record AotCache(Path file, AotSources sources) {
    /** Environment variable; {@code off}: none is used. */
    public static final String VARIABLE = "OMNIRELAY_AOT";

    /** A cache that does not fit is no news to who started the program. */
    private static final List<String> QUIET = List.of("-Xlog:aot=off", "-Xlog:cds=off");

    /** JVM flags to use it; none while there is no such file, or while it is of other jars or another JDK. */
    public List<String> flags(Map<String, String> environment) {
        boolean off = environment.getOrDefault(VARIABLE, "").equals("off");
        return !off && isCurrent() ? flags("-XX:AOTCache=" + file) : List.of();
    }

    private boolean isCurrent() {
        try {
            return Files.isRegularFile(file)
                    && Files.isRegularFile(madeOf())
                    && sources.describe().equals(Optional.of(Files.readString(madeOf())));
        } catch (IOException e) {
            return false;
        }
    }

    /** JVM flags of the run that is recorded. */
    public List<String> recordingFlags() {
        return flags("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recording());
    }

    /** JVM flags that make a cache from the recording, for {@link #complete}. */
    public List<String> makingFlags() {
        return flags("-XX:AOTMode=create", "-XX:AOTConfiguration=" + recording(), "-XX:AOTCache=" + fresh());
    }

    /**
     * Puts what was made in its place.
     *
     * @param before what there was before the run that was recorded
     * @throws RegistryException if that has changed since: nobody knows which classes were recorded
     */
    public void complete(String before) throws IOException {
        if (!sources.describe().equals(Optional.of(before))) {
            throw RegistryException.of(
                    ErrorCode.PRECONDITION_FAILED,
                    "the jars in " + sources.library() + " changed while a cache of them was made",
                    "Starts work without the caches, only slower.");
        }
        Files.move(fresh(), file, StandardCopyOption.ATOMIC_MOVE);
        Path text = beside(".made-of" + own());
        Files.writeString(text, before);
        Files.move(text, madeOf(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes the cache. */
    public void remove() throws IOException {
        Files.deleteIfExists(madeOf());
        Files.deleteIfExists(file);
    }

    /** Removes what a making leaves, complete or not. */
    public void removeUnfinished() throws IOException {
        Files.deleteIfExists(recording());
        Files.deleteIfExists(fresh());
    }

    private Path madeOf() {
        return beside(".made-of");
    }

    private Path recording() {
        return beside(".recording" + own());
    }

    private Path fresh() {
        return beside(".fresh" + own());
    }

    /** Another process may be making one of other jars. */
    private static String own() {
        return "." + ProcessHandle.current().pid();
    }

    private Path beside(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private static List<String> flags(String... flags) {
        return Stream.concat(Stream.of(flags), QUIET.stream()).toList();
    }
}
