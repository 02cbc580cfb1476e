package io.meshkit.jepsen.clock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The wall clock of one process.
 *
 * @param file that says how far it is off
 */
public record FakeClock(Path file) {

    /** A true clock. */
    public static FakeClock create(Path file) throws IOException {
        FakeClock clock = new FakeClock(file);
        clock.set(0);
        return clock;
    }

    /**
     * What the process is to be started with.
     *
     * @param library libfaketime
     */
    public Map<String, String> environment(Path library) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("LD_PRELOAD", library.toString());
        variables.put("FAKETIME_TIMESTAMP_FILE", file.toString());
        variables.put("FAKETIME_CACHE_DURATION", "1"); // s; without a cache every look costs a file
        variables.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        // With this fix for older C libraries, the JVM's timed waits would return at once, and it would spin.
        variables.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
        return variables;
    }

    /** Moves it, within a second. The file is never half written. */
    public void set(long secondsOff) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, (secondsOff < 0 ? "" : "+") + secondsOff + "s\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
