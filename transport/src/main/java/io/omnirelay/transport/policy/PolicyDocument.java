package io.omnirelay.transport.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * What somebody asks of the policy, as written: names are checked by {@link PolicyEvaluator}.
 *
 * @param categories narrow what a category allows
 * @param endpoints  narrow what an endpoint offers
 * @param exceptions allow more, for a time
 */
public record PolicyDocument(List<Narrowing> categories, List<Narrowing> endpoints, List<Deviation> exceptions) {
    /** Asks nothing: the defaults hold. */
    public static final PolicyDocument EMPTY = new PolicyDocument(List.of(), List.of(), List.of());

    /**
     * Leaves of a category or an endpoint only what it names.
     *
     * @param transports empty: all
     * @param encodings  empty: all
     */
    public record Narrowing(String name, List<String> transports, List<String> encodings) {
        public Narrowing {
            transports = List.copyOf(transports);
            encodings = List.copyOf(encodings);
        }
    }

    /**
     * An exception: until it expires, calls may also come by these transports with these encodings.
     *
     * @param endpoint   whom it is for; empty if it is for a category
     * @param category   whom it is for; empty if it is for an endpoint
     * @param transports empty: those that are allowed anyway
     * @param encodings  empty: those that are allowed anyway
     * @param approvedBy who answers for it
     * @param reason     why
     * @param expires    RFC 3339, for example {@code 2027-01-31T00:00:00Z}
     */
    public record Deviation(
            String endpoint,
            String category,
            List<String> transports,
            List<String> encodings,
            String approvedBy,
            String reason,
            String expires) {
        public Deviation {
            transports = List.copyOf(transports);
            encodings = List.copyOf(encodings);
        }

        /** Whom it is for. */
        String target() {
            return endpoint.isEmpty() ? category : endpoint;
        }
    }

    public PolicyDocument {
        categories = List.copyOf(categories);
        endpoints = List.copyOf(endpoints);
        exceptions = List.copyOf(exceptions);
    }

    /** Both: what either forbids is forbidden, and the exceptions of both hold. */
    public PolicyDocument and(PolicyDocument other) {
        return new PolicyDocument(
                joined(categories, other.categories),
                joined(endpoints, other.endpoints),
                joined(exceptions, other.exceptions));
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }
}
