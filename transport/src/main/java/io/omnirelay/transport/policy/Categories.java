package io.omnirelay.transport.policy;

import io.omnirelay.transport.NegotiatedTransport.Encoding;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The categories with their defaults. Immutable: {@link #with} makes another set.
 *
 * <p>The defaults stand in code and not in a configuration, so that no configuration can loosen them.
 */
public final class Categories {
    /** The services of the contract. */
    public static final String CONTROL_PLANE = "control-plane";

    /** What tells about a node: metrics, health in detail, transport statistics, the description of the contract. */
    public static final String DIAGNOSTICS = "diagnostics";

    /** Among the members of a quorum; no exception is possible. */
    public static final String INTERNAL = "internal";

    private static final List<TransportKind> EVERY_TRANSPORT = List.of(TransportKind.values());

    private static final Categories DEFAULTS = new Categories(Map.of())
            .with(new Category(
                    CONTROL_PLANE,
                    EVERY_TRANSPORT,
                    List.of(TransportKind.HTTP3, TransportKind.GRPC_H3, TransportKind.GRPC),
                    List.of(Encoding.PROTOBUF, Encoding.JSON),
                    List.of(Encoding.PROTOBUF),
                    true))
            .with(new Category(
                    DIAGNOSTICS,
                    EVERY_TRANSPORT,
                    EVERY_TRANSPORT,
                    Arrays.asList(Encoding.values()),
                    Arrays.asList(Encoding.values()),
                    true))
            .with(new Category(
                    INTERNAL,
                    List.of(TransportKind.GRPC),
                    List.of(TransportKind.GRPC),
                    List.of(Encoding.PROTOBUF),
                    List.of(Encoding.PROTOBUF),
                    false));

    private final TreeMap<String, Category> byName;

    private Categories(Map<String, Category> byName) {
        this.byName = new TreeMap<>(byName);
    }

    /** Those of this product. */
    public static Categories defaults() {
        return DEFAULTS;
    }

    /**
     * With one more.
     *
     * @throws IllegalArgumentException if there is one of its name: defaults are not replaced
     */
    public Categories with(Category category) {
        Categories more = new Categories(byName);
        if (more.byName.putIfAbsent(category.name(), category) != null) {
            throw new IllegalArgumentException("category " + category.name() + " exists");
        }
        return more;
    }

    public Optional<Category> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** In order. */
    public Set<String> names() {
        return byName.keySet();
    }
}
