package io.omnirelay.cli.mesh;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.Endpoint;
import io.meshkit.client.JoinTicket;
import io.omnirelay.cli.output.Streams;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whom a join asks, and with which token. */
@SuppressWarnings("NullAway.Init") // The required option is set by picocli.
public final class JoinFlags {
    private static final String TOKEN_VARIABLE = "OMNIRELAY_JOIN_TOKEN";
    private static final Pattern SERVER = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([A-Za-z0-9._-]+)):(\\d{1,5})");
    private static final int PORT_MAX = 65_535;

    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            split = ",",
            required = true,
            description = "A node of the quorum and its HTTPS port. Repeatable: they are asked in turn.")
    List<String> servers;

    @Option(names = "--token-file", paramLabel = "FILE", description = "Holds the token; - for standard input.")
    @Nullable
    String tokenFile;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "The token itself. Other users of this machine can see it while the command runs.")
    @Nullable
    String token;

    /** @throws RegistryException INVALID_REQUEST if one is no host and port */
    public List<Endpoint> endpoints() {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String server : servers) {
            Matcher matcher = SERVER.matcher(server);
            int port = matcher.matches() ? Integer.parseInt(matcher.group(3)) : 0;
            if (port < 1 || port > PORT_MAX) {
                throw GlobalOptions.invalid("--server", server, "host:port, for example registry-1.example:9440");
            }
            String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            endpoints.add(new Endpoint("server-" + (endpoints.size() + 1), host, port, port));
        }
        return endpoints;
    }

    /** @throws RegistryException INVALID_REQUEST if there is no token, or what was given is none; it is not repeated */
    public JoinTicket ticket(Streams streams) throws IOException {
        return JoinTicket.parse(text(streams));
    }

    private String text(Streams streams) throws IOException {
        if (token != null && tokenFile != null) {
            throw GlobalOptions.invalid("--token-file", tokenFile, "either --token-file or --token");
        }
        if (token != null) {
            streams.err()
                    .println("warning: others on this machine can see the token in --token; use --token-file or "
                            + TOKEN_VARIABLE);
            return token;
        }
        if (tokenFile == null) {
            String given = streams.environment().get(TOKEN_VARIABLE);
            if (given == null || given.isBlank()) {
                throw RegistryException.of(
                        ErrorCode.INVALID_REQUEST,
                        "no join token was given",
                        "Name a file with --token-file (- for standard input), or set " + TOKEN_VARIABLE + ".");
            }
            return given;
        }
        if (!tokenFile.equals("-")) {
            try {
                return Files.readString(Path.of(tokenFile));
            } catch (IOException e) {
                throw GlobalOptions.invalid("--token-file", tokenFile, "a file that can be read: " + e.getMessage());
            }
        }
        String line = new BufferedReader(new InputStreamReader(streams.in(), StandardCharsets.UTF_8)).readLine();
        return line == null ? "" : line;
    }
}
