package io.meshkit.client;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The file that tells a client which quorum to talk to and as whom: {@code client.yaml}. Paths in the file are
 * relative to it.
 *
 * @param certificate with {@code key}; used instead of the token when both are named
 * @param tokenFile   holds a bearer token; read again before every attempt
 * @param transport   which transport is used; default {@link TransportMode#AUTO}
 */
public record ClientContext(
        String name,
        String clusterId,
        List<Endpoint> endpoints,
        @Nullable Path ca,
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable Path tokenFile,
        TransportMode transport) {

    private static final String API_VERSION = "meshkit.io/v1";
    private static final String KIND = "ClientContext";
    private static final Set<String> KEYS = Set.of(
            "apiVersion",
            "kind",
            "name",
            "clusterId",
            "endpoints",
            "ca",
            "certificate",
            "key",
            "tokenFile",
            "transport");
    private static final Set<String> ENDPOINT_KEYS = Set.of("node", "host", "httpsPort", "grpcPort");

    public ClientContext {
        endpoints = List.copyOf(endpoints);
    }

    /** With the transport that suits most. */
    public ClientContext(
            String name,
            String clusterId,
            List<Endpoint> endpoints,
            @Nullable Path ca,
            @Nullable Path certificate,
            @Nullable Path key,
            @Nullable Path tokenFile) {
        this(name, clusterId, endpoints, ca, certificate, key, tokenFile, TransportMode.AUTO);
    }

    /**
     * Reads the file, or {@code client.yaml} in the directory.
     *
     * @throws RegistryException INVALID_REQUEST if it cannot be read, is malformed or has an unknown key
     */
    public static ClientContext load(Path path) {
        Path file = Files.isDirectory(path) ? path.resolve("client.yaml") : path;
        Object tree;
        try {
            LoaderOptions options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            tree = new Yaml(new SafeConstructor(options)).load(Files.readString(file));
        } catch (IOException e) {
            throw invalid(file, "cannot be read: " + e.getMessage());
        } catch (YAMLException e) {
            throw invalid(file, String.valueOf(e.getMessage()));
        }
        try {
            return of(tree, file.toAbsolutePath().normalize());
        } catch (IllegalArgumentException e) {
            throw invalid(file, String.valueOf(e.getMessage()));
        }
    }

    private static ClientContext of(@Nullable Object tree, Path file) {
        Map<?, ?> map = mapping(tree, "the file", KEYS);
        if (!API_VERSION.equals(map.get("apiVersion")) || !KIND.equals(map.get("kind"))) {
            throw new IllegalArgumentException("apiVersion must be " + API_VERSION + " and kind " + KIND);
        }
        if (!(map.get("endpoints") instanceof List<?> listed) || listed.isEmpty()) {
            throw new IllegalArgumentException("endpoints must name at least one node");
        }
        List<Endpoint> endpoints = new ArrayList<>();
        for (Object each : listed) {
            Map<?, ?> endpoint = mapping(each, "an endpoint", ENDPOINT_KEYS);
            endpoints.add(new Endpoint(
                    text(endpoint, "node"),
                    text(endpoint, "host"),
                    number(endpoint, "httpsPort"),
                    number(endpoint, "grpcPort")));
        }
        return new ClientContext(
                text(map, "name"),
                text(map, "clusterId"),
                endpoints,
                path(map, "ca", file),
                path(map, "certificate", file),
                path(map, "key", file),
                path(map, "tokenFile", file),
                map.containsKey("transport") ? TransportMode.parse(text(map, "transport")) : TransportMode.AUTO);
    }

    private static Map<?, ?> mapping(@Nullable Object tree, String what, Set<String> known) {
        if (!(tree instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(what + " must be a mapping");
        }
        for (Object key : map.keySet()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException(what + " has the unknown key " + key);
            }
        }
        return map;
    }

    private static String text(Map<?, ?> map, String key) {
        Object value = map.get(key);
        return value == null ? "" : value.toString();
    }

    private static int number(Map<?, ?> map, String key) {
        Object value = map.get(key);
        if (value == null) {
            return 0;
        }
        if (value instanceof Integer number) {
            return number;
        }
        throw new IllegalArgumentException(key + " must be a number: " + value);
    }

    private static @Nullable Path path(Map<?, ?> map, String key, Path file) {
        Object value = map.get(key);
        return value == null ? null : file.resolveSibling(value.toString()).normalize();
    }

    private static RegistryException invalid(Path file, String problem) {
        return RegistryException.of(
                ErrorCode.INVALID_REQUEST,
                file + ": " + problem,
                "Name the client.yaml of a quorum, or the directory that holds it.");
    }

    /**
     * The text of the file, with paths relative to the directory where it will be.
     *
     * @param directory absolute
     */
    public String toYaml(Path directory) {
        StringBuilder yaml = new StringBuilder();
        yaml.append("apiVersion: ").append(API_VERSION).append("\nkind: ").append(KIND);
        yaml.append("\nname: ").append(quoted(name)).append("\nclusterId: ").append(quoted(clusterId));
        yaml.append("\nendpoints:\n");
        for (Endpoint endpoint : endpoints) {
            yaml.append("  - {node: ").append(quoted(endpoint.node()));
            yaml.append(", host: ").append(quoted(endpoint.host()));
            yaml.append(", httpsPort: ").append(endpoint.httpsPort());
            yaml.append(", grpcPort: ").append(endpoint.grpcPort()).append("}\n");
        }
        Map<String, @Nullable Path> paths = new LinkedHashMap<>();
        paths.put("ca", ca);
        paths.put("certificate", certificate);
        paths.put("key", key);
        paths.put("tokenFile", tokenFile);
        paths.forEach((label, path) -> {
            if (path != null) {
                yaml.append(label)
                        .append(": ")
                        .append(quoted(directory.relativize(path).toString()))
                        .append('\n');
            }
        });
        if (transport != TransportMode.AUTO) {
            yaml.append("transport: ").append(transport.label()).append('\n');
        }
        return yaml.toString();
    }

    /** As a double-quoted scalar: the same in YAML and JSON. */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** A builder with everything that the file says, to be completed by the caller. */
    public MeshKitClientBuilder toBuilder() {
        MeshKitClientBuilder builder =
                MeshKitClient.builder().endpoints(endpoints).transport(transport);
        if (ca != null) {
            builder.ca(ca);
        }
        if (certificate != null && key != null) {
            builder.clientCertificate(certificate, key);
        } else if (tokenFile != null) {
            Path file = tokenFile;
            builder.bearerToken(() -> readToken(file));
        }
        return builder;
    }

    private static String readToken(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the token file " + file, e);
        }
    }
}
