package io.omnirelay.cli;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.omnirelay.pki.SecretFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the command keeps what it must remember between calls.
 *
 * @param path {@code $OMNIRELAY_STATE_DIR}, or {@code ~/.omnirelay}
 */
public record StateDirectory(Path path) {

    public static StateDirectory of(Map<String, String> environment) {
        String named = environment.getOrDefault("OMNIRELAY_STATE_DIR", "");
        return new StateDirectory(
                named.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".omnirelay")
                        : Path.of(named).toAbsolutePath().normalize());
    }

    /** Where a quorum goes that names no directory of its own. */
    public Path defaultQuorum() {
        return path.resolve("quorum");
    }

    /** The client.yaml of the quorum that was started last, or null. */
    public @Nullable Path rememberedContext() {
        try {
            Path file = path.resolve("context");
            if (!Files.exists(file)) {
                return null;
            }
            Path context = Path.of(Files.readString(file).strip());
            return Files.exists(context) ? context : null;
        } catch (IOException e) {
            return null;
        }
    }

    public void rememberContext(Path context) {
        try {
            SecretFiles.createDirectories(path);
            SecretFiles.write(path.resolve("context"), context.toAbsolutePath() + "\n");
        } catch (IOException e) {
            throw RegistryException.of(
                    ErrorCode.INTERNAL,
                    "cannot write to the state directory " + path + ": " + e.getMessage(),
                    "Name a directory that can be written with OMNIRELAY_STATE_DIR.",
                    e);
        }
    }
}
