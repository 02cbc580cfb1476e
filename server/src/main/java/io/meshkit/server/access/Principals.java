package io.meshkit.server.access;

import com.google.protobuf.ByteString;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.options.Scope;
import io.meshkit.server.config.ConfigException;
import io.meshkit.server.config.Raw;
import io.meshkit.server.config.YamlSource;
import io.meshkit.v1.Binding;
import io.meshkit.v1.SeedAccessRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
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
 * <p>The file is the seed of a new registry: its principals become bindings and tokens, and from then on it is not
 * looked at. It never holds a token. Immutable.
 */
public final class Principals {
    private static final Pattern KEY =
            Pattern.compile("principals\\[(\\d+)]\\.(name|spiffe|token-sha256|scopes\\[\\d+])");
    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:/-]{0,127}");

    private static final Pattern SPIFFE = Pattern.compile("spiffe://[A-Za-z0-9._/-]{1,247}");

    private record Entry(
            String name, Scope widest, @Nullable String spiffe, byte @Nullable [] tokenHash) {}

    private final List<Entry> entries;

    private Principals(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * The principals of the file; none if there is no such file, as may be once there are access records.
     *
     * @throws ConfigException naming everything that is wrong with the file
     */
    public static Principals load(Path file) throws ConfigException {
        if (!Files.exists(file)) {
            return new Principals(List.of());
        }
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
        if (name == null || !NAME.matcher(name.text()).matches() || Caller.isReserved(name.text())) {
            problems.add(where + ": name must be 1–128 of A–Z a–z 0–9 . _ @ : / -, and begin with none of "
                    + Caller.RESERVED);
        }
        if (spiffe == null && hash == null) {
            problems.add(where + ": spiffe or token-sha256 must be given");
        }
        if (spiffe != null && !SPIFFE.matcher(spiffe.text()).matches()) {
            problems.add(where + ": spiffe must start with spiffe://, and have no more than 256 characters");
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

    /** Whether somebody in it may administer the registry. */
    public boolean hasAdmin() {
        return entries.stream().anyMatch(entry -> entry.widest() == Scope.SCOPE_ADMIN);
    }

    /** The widest scope of the principal or SPIFFE id; UNSPECIFIED: it is not in the file. */
    Scope scope(String principal) {
        Scope widest = Scope.SCOPE_UNSPECIFIED;
        for (Entry entry : entries) {
            if ((entry.tokenHash() != null && entry.name().equals(principal)) || principal.equals(entry.spiffe())) {
                widest = Scopes.wider(widest, entry.widest());
            }
        }
        return widest;
    }

    /** The token of that id. */
    Optional<AccessState.Token> token(String id) {
        for (Entry entry : entries) {
            if (entry.tokenHash() != null && TokenText.fileId(entry.tokenHash()).equals(id)) {
                return Optional.of(new AccessState.Token(entry.name(), ByteString.copyFrom(entry.tokenHash())));
            }
        }
        return Optional.empty();
    }

    /** The file as the registry's first access records. */
    public SeedAccessRequest seed() {
        SeedAccessRequest.Builder seed = SeedAccessRequest.newBuilder();
        for (Entry entry : entries) {
            String role = Scopes.name(entry.widest());
            if (entry.spiffe() != null) {
                seed.addBindings(
                        Binding.newBuilder().setPrincipal(entry.spiffe()).setRole(role));
            }
            if (entry.tokenHash() != null) {
                seed.addBindings(Binding.newBuilder().setPrincipal(entry.name()).setRole(role));
                seed.addTokensBuilder()
                        .setSecretSha256(ByteString.copyFrom(entry.tokenHash()))
                        .getTokenBuilder()
                        .setId(TokenText.fileId(entry.tokenHash()))
                        .setPrincipal(entry.name())
                        .setDescription("from the access file of the first start");
            }
        }
        return seed.build();
    }
}
