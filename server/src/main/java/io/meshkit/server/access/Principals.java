package io.meshkit.server.access;

import io.meshkit.options.Scope;
import io.meshkit.server.config.ConfigException;
import io.meshkit.server.config.Raw;
import io.meshkit.server.config.YamlSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The principals of the access file: by SPIFFE id and by the SHA-256 of their bearer token.
 *
 * <p>The file never holds a token, and a token is looked for in constant time. Immutable.
 */
public final class Principals {
    private static final Pattern KEY =
            Pattern.compile("principals\\[(\\d+)]\\.(name|spiffe|token-sha256|scopes\\[\\d+])");
    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:/-]{0,127}");

    private record Entry(
            String name, Scope widest, @Nullable String spiffe, byte @Nullable [] tokenHash) {}

    private final List<Entry> entries;

    private Principals(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * @throws ConfigException naming everything that is wrong with the file
     */
    public static Principals load(Path file) throws ConfigException {
        try {
            return parse(String.valueOf(file.getFileName()), Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ConfigException(List.of("access.file: " + file + " cannot be read: " + e.getMessage()));
        }
    }

    static Principals parse(String fileName, String document) throws ConfigException {
        List<String> problems = new ArrayList<>();
        Map<Integer, Map<String, Raw>> byIndex = new LinkedHashMap<>();
        YamlSource.flatten(fileName, document, problems).forEach((key, raw) -> {
            Matcher matcher = KEY.matcher(key);
            if (matcher.matches()) {
                byIndex.computeIfAbsent(Integer.valueOf(matcher.group(1)), i -> new LinkedHashMap<>())
                        .put(matcher.group(2), raw);
            } else {
                problems.add(raw.origin() + ": " + key
                        + ": no such key; a principal has name, scopes, spiffe and token-sha256");
            }
        });
        List<Entry> entries = new ArrayList<>();
        byIndex.forEach(
                (index, fields) -> entries.add(entry(fileName + ": principals[" + index + "]", fields, problems)));
        checkUnique(fileName, entries, problems);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new Principals(entries);
    }

    private static Entry entry(String where, Map<String, Raw> fields, List<String> problems) {
        Raw name = fields.get("name");
        Raw spiffe = fields.get("spiffe");
        Raw hash = fields.get("token-sha256");
        if (name == null || !NAME.matcher(name.text()).matches()) {
            problems.add(where + ": name must be 1–128 of A–Z a–z 0–9 . _ @ : / -");
        }
        if (spiffe == null && hash == null) {
            problems.add(where + ": spiffe or token-sha256 must be given");
        }
        if (spiffe != null && !spiffe.text().startsWith("spiffe://")) {
            problems.add(where + ": spiffe must start with spiffe://");
        }
        byte[] hashBytes = null;
        if (hash != null) {
            if (HASH.matcher(hash.text()).matches()) {
                hashBytes = HexFormat.of().parseHex(hash.text());
            } else {
                problems.add(where + ": token-sha256 must be 64 hex digits");
            }
        }
        Scope widest = widest(where, fields, problems);
        return new Entry(name == null ? "" : name.text(), widest, spiffe == null ? null : spiffe.text(), hashBytes);
    }

    private static Scope widest(String where, Map<String, Raw> fields, List<String> problems) {
        Scope widest = Scope.SCOPE_UNSPECIFIED;
        for (Map.Entry<String, Raw> field : fields.entrySet()) {
            if (field.getKey().startsWith("scopes[")) {
                String name = field.getValue().text();
                Optional<Scope> scope = Scopes.ofName(name);
                if (scope.isEmpty()) {
                    problems.add(where + ": '" + name + "' is none of " + Scopes.names());
                }
                widest = Scopes.wider(widest, scope.orElse(Scope.SCOPE_UNSPECIFIED));
            }
        }
        if (widest == Scope.SCOPE_UNSPECIFIED && problems.isEmpty()) {
            problems.add(where + ": scopes must name at least one of " + Scopes.names());
        }
        return widest;
    }

    private static void checkUnique(String fileName, List<Entry> entries, List<String> problems) {
        for (int i = 0; i < entries.size(); i++) {
            for (int j = 0; j < i; j++) {
                Entry one = entries.get(i);
                Entry other = entries.get(j);
                boolean sameSpiffe = one.spiffe() != null && one.spiffe().equals(other.spiffe());
                boolean sameToken =
                        one.tokenHash() != null && MessageDigest.isEqual(one.tokenHash(), other.tokenHash());
                if (one.name().equals(other.name()) || sameSpiffe || sameToken) {
                    problems.add(
                            fileName + ": principals[" + j + "] and [" + i + "] share a name, a SPIFFE id or a token");
                }
            }
        }
    }

    /** The principal of a verified client certificate with this SPIFFE id. */
    public Optional<Principal> bySpiffe(String spiffeId) {
        return entries.stream()
                .filter(entry -> spiffeId.equals(entry.spiffe()))
                .findFirst()
                .map(entry -> new Principal(entry.name(), "mtls", entry.widest()));
    }

    /** The principal whose token this is. Takes as long for a wrong token as for a right one. */
    public Optional<Principal> byToken(String token) {
        byte[] hash = sha256(token.getBytes(StandardCharsets.UTF_8));
        Entry found = null;
        for (Entry entry : entries) {
            if (entry.tokenHash() != null && MessageDigest.isEqual(entry.tokenHash(), hash)) {
                found = entry;
            }
        }
        return found == null ? Optional.empty() : Optional.of(new Principal(found.name(), "token", found.widest()));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
