package io.omnirelay.cli.mesh;

import io.omnirelay.cli.Installation;
import io.omnirelay.cli.output.Streams;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has the server hold a configuration against the transport policy, as it does when it starts: in a process, offline. */
final class ConfigValidation {
    private static final String SERVER = "io.meshkit.server.RegistryServer";
    private static final List<String> QUICK = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private ConfigValidation() {}

    /** @return 0: a host would start with it; 1: it would not; 2: the arguments are wrong */
    static int run(@Nullable String file, List<String> sets, boolean json, Streams streams) {
        List<String> arguments = new ArrayList<>(List.of("--validate-policy", "--format", json ? "json" : "text"));
        if (file != null) {
            arguments.addAll(List.of("--config", file));
        }
        sets.forEach(set -> arguments.addAll(List.of("--set", set)));
        streams.flush();
        ProcessBuilder builder = new ProcessBuilder(Installation.ofProcess()
                .command(SERVER, arguments, QUICK, "OMNIRELAY_SERVER_JAVA_OPTS", streams.environment()));
        builder.redirectErrorStream(true);
        try {
            Process process = builder.start();
            try (InputStream output = process.getInputStream()) {
                output.transferTo(streams.out());
            }
            return process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 130;
        }
    }
}
