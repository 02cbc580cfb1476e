package io.meshkit.bench.run;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the {@code client.yaml} of the quorum to measure, as the rest of the command line does. */
final class ContextFile {
    private ContextFile() {}

    /**
     * @param named by an option, or null
     * @throws RegistryException INVALID_REQUEST if nothing names one
     */
    static Path find(@Nullable Path named, Map<String, String> environment) {
        if (named != null) {
            return inside(named);
        }
        String variable = environment.getOrDefault("OMNIRELAY_CONTEXT", "");
        if (!variable.isEmpty()) {
            return inside(Path.of(variable));
        }
        String state = environment.getOrDefault("OMNIRELAY_STATE_DIR", "");
        Path directory = state.isEmpty() ? Path.of(System.getProperty("user.home"), ".omnirelay") : Path.of(state);
        try {
            return inside(Path.of(Files.readString(directory.resolve("context")).strip()));
        } catch (IOException e) {
            Path unannounced = directory.resolve("quorum").resolve("client.yaml");
            if (Files.exists(unannounced)) {
                return unannounced;
            }
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST,
                    "no quorum is known",
                    "Start one with `omnirelay quorum up`, or name one with --context or OMNIRELAY_CONTEXT.");
        }
    }

    private static Path inside(Path path) {
        return (Files.isDirectory(path) ? path.resolve("client.yaml") : path)
                .toAbsolutePath()
                .normalize();
    }
}
