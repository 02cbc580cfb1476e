package io.meshkit.storage.rocksdb;

import static io.meshkit.storage.StoreFixture.TABLES;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a writing process, again and again, on the same files. Without atomic flush it fails at the first kill. */
class RocksDbKillIT {
    private static final int KILLS = 8;

    @TempDir
    Path root;

    @Test
    void killedAnywhere_storeIsAsOfOneWholeBatch() throws Exception {
        Path directory = root.resolve("db");
        Random random = new Random(42);
        long previous = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            long acknowledged = writeAndKill(directory, 1 + random.nextInt(4), random.nextInt(40));
            try (RocksDbStore store = RocksDbStore.open(directory, TABLES, KillWriter.OPTIONS)) {
                long last = KillWriter.verify(store);
                assertThat(last).isGreaterThanOrEqualTo(acknowledged).isGreaterThan(previous);
                previous = last;
            }
        }
    }

    /** @return the last number that the process said was durable */
    private static long writeAndKill(Path directory, int flushes, int extraMs)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KillWriter.class.getName(),
                        directory.toString())
                .redirectError(Redirect.INHERIT)
                .start();
        long last = 0;
        try (BufferedReader output = process.inputReader()) {
            for (int i = 0; i < flushes; i++) {
                String line = output.readLine();
                assertThat(line).as("the writer ended by itself").isNotNull();
                last = Long.parseLong(line);
            }
            // Not always right after a flush: somewhere between two.
            process.waitFor(extraMs, TimeUnit.MILLISECONDS);
            // SIGKILL; through the handle, which leaves the output open.
            process.toHandle().destroyForcibly();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                last = Long.parseLong(line);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return last;
    }
}
