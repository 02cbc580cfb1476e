package io.meshkit.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the results of {@code bench growth} go: as they stand after every measurement, so that none is lost. */
record GrowthFiles(Path directory) {
    static final String RESULTS = "growth.json";
    static final String TABLE = "growth.md";
    static final String SHARDS_PLOT = "growth-shards.svg";
    static final String WATCHERS_PLOT = "growth-watchers.svg";

    void save(GrowthResults results) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(RESULTS), results.toJson());
        Files.writeString(directory.resolve(TABLE), GrowthTable.of(results));
        Files.writeString(directory.resolve(SHARDS_PLOT), GrowthPlots.ofShards(results));
        if (!results.watches().isEmpty()) {
            Files.writeString(directory.resolve(WATCHERS_PLOT), GrowthPlots.ofWatchers(results));
        }
    }
}
