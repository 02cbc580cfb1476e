package io.omnirelay.transport.policy;

import io.omnirelay.transport.NegotiatedTransport.Encoding;
import io.omnirelay.transport.policy.DocumentCheck.Permit;
import io.omnirelay.transport.policy.Evaluation.EndpointResult;
import io.omnirelay.transport.policy.Evaluation.ExceptionResult;
import io.omnirelay.transport.policy.Finding.Severity;
import io.omnirelay.transport.policy.PolicyDocument.Narrowing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds a policy document against the defaults and against what is served. Pure. Thread: any; one use each.
 *
 * <p>A way by which an endpoint is served is allowed if its category still allows it after all narrowings, or if an
 * exception covers it; an endpoint that names its own ways offers no others.
 */
public final class PolicyEvaluator {
    private final Categories categories;
    private final List<Endpoint> endpoints;
    private final DocumentCheck check;
    private final Map<String, Allowed> allowed = new TreeMap<>();
    private final List<TransportPolicy.Entry> entries = new ArrayList<>();

    private record Allowed(Set<TransportKind> transports, Set<Encoding> encodings) {
        int ways() {
            return Way.masks(transports, encodings);
        }
    }

    private PolicyEvaluator(
            Categories categories, List<Endpoint> endpoints, @Nullable Severity unknownEndpoint, Instant now) {
        this.categories = categories;
        this.endpoints = endpoints;
        this.check = new DocumentCheck(
                categories, endpoints.stream().map(Endpoint::name).collect(Collectors.toSet()), unknownEndpoint, now);
    }

    /** An evaluation with the policy that it leads to. */
    public record Result(Evaluation evaluation, TransportPolicy policy) {}

    /**
     * Holds a document against what a host serves.
     *
     * @param unknownEndpoint how much a name that the catalogue lacks matters
     * @param now             exceptions that end at or before it do not hold
     */
    public static Result evaluate(
            PolicyDocument document,
            Categories categories,
            List<Endpoint> endpoints,
            Severity unknownEndpoint,
            Instant now) {
        return new PolicyEvaluator(categories, endpoints, unknownEndpoint, now).run(document);
    }

    /**
     * What is wrong with a document wherever it is used: it names no host, so that every host and every version with
     * the same categories finds the same.
     */
    public static Evaluation check(PolicyDocument document, Categories categories, Instant now) {
        return new PolicyEvaluator(categories, List.of(), null, now)
                .run(document)
                .evaluation();
    }

    private Result run(PolicyDocument asked) {
        PolicyDocument document = check.isBounded(asked) ? asked : PolicyDocument.EMPTY;
        check.narrowings(document);
        List<Permit> permits = check.exceptions(document);
        categories.names().forEach(name -> categories.find(name).ifPresent(category -> narrow(category, document)));
        List<Finding> ofDocument = List.copyOf(check.findings);
        List<EndpointResult> results = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            results.add(endpoint(endpoint, document, permits));
        }
        List<ExceptionResult> exceptions = new ArrayList<>();
        document.exceptions()
                .forEach(written -> check.daysLeft(written)
                        .ifPresent(days -> exceptions.add(
                                new ExceptionResult(written.target(), written.approvedBy(), written.expires(), days))));
        return new Result(new Evaluation(results, ofDocument, exceptions), new TransportPolicy(entries));
    }

    private void narrow(Category category, PolicyDocument document) {
        Set<TransportKind> transports = EnumSet.copyOf(category.transports());
        Set<Encoding> encodings = EnumSet.copyOf(category.encodings());
        for (Narrowing narrowing : document.categories()) {
            if (narrowing.name().equals(category.name())) {
                retain(transports, quietly().transports("", narrowing.transports()), narrowing.transports());
                retain(encodings, quietly().encodings("", narrowing.encodings()), narrowing.encodings());
            }
        }
        allowed.put(category.name(), new Allowed(transports, encodings));
        int preferred = Way.masks(category.preferredTransports(), category.preferredEncodings());
        if ((Way.masks(transports, encodings) & preferred) == 0) {
            check.error(
                    "nothing-preferred",
                    category.name(),
                    "no preferred way is left",
                    "leave one of "
                            + Way.of(preferred).stream().map(Way::toString).collect(Collectors.joining(", ")));
        }
    }

    /** The names have been checked already. */
    private DocumentCheck quietly() {
        return new DocumentCheck(categories, Set.of(), null, Instant.EPOCH);
    }

    private static <T> void retain(Set<T> all, Set<T> named, List<String> written) {
        if (!written.isEmpty()) {
            all.retainAll(named);
        }
    }

    private EndpointResult endpoint(Endpoint endpoint, PolicyDocument document, List<Permit> permits) {
        Category category = categories
                .find(endpoint.category())
                .orElseThrow(() -> new IllegalArgumentException(endpoint.name() + " has no category"));
        Allowed byCategory = allowed.getOrDefault(category.name(), new Allowed(Set.of(), Set.of()));
        int preferred = Way.masks(category.preferredTransports(), category.preferredEncodings());
        int offered = endpoint.ways();
        int base = byCategory.ways();
        int excepted = 0;
        List<TransportPolicy.Permitted> permitted = new ArrayList<>();
        for (Permit permit : permits) {
            if (permit.covers(endpoint.name(), category.name())) {
                int mask = Way.masks(
                        permit.written().transports().isEmpty() ? byCategory.transports() : permit.transports(),
                        permit.written().encodings().isEmpty() ? byCategory.encodings() : permit.encodings());
                excepted |= mask;
                permitted.add(
                        new TransportPolicy.Permitted(mask, permit.expires().toEpochMilli()));
            }
        }
        List<Finding> findings = new ArrayList<>();
        for (Narrowing narrowing : document.endpoints()) {
            if (narrowing.name().equals(endpoint.name())) {
                offered &= offer(endpoint, narrowing, base | excepted, findings);
            }
        }
        int served = offered & (base | excepted);
        TransportPolicy.Entry entry =
                new TransportPolicy.Entry(endpoint.name(), offered & base, offered, preferred, permitted);
        entries.add(entry);
        EndpointResult result = new EndpointResult(
                endpoint.name(),
                category.name(),
                Way.of(served),
                Way.of(served & ~preferred),
                Way.of(endpoint.ways() & ~served),
                findings);
        about(result, (served & preferred) == 0, findings);
        return new EndpointResult(
                result.name(), result.category(), result.allowed(), result.downgrades(), result.refused(), findings);
    }

    /** The ways that an endpoint names for itself. */
    private int offer(Endpoint endpoint, Narrowing narrowing, int permitted, List<Finding> findings) {
        Set<TransportKind> transports = narrowing.transports().isEmpty()
                ? EnumSet.copyOf(endpoint.transports())
                : quietly().transports("", narrowing.transports());
        Set<Encoding> encodings = narrowing.encodings().isEmpty()
                ? EnumSet.copyOf(endpoint.encodings())
                : quietly().encodings("", narrowing.encodings());
        int named = Way.masks(transports, encodings);
        int forbidden = named & endpoint.ways() & ~permitted;
        if (forbidden != 0) {
            findings.add(new Finding(
                    Severity.ERROR,
                    "way-forbidden",
                    endpoint.name(),
                    "it names " + words(Way.of(forbidden)) + ", which category " + endpoint.category()
                            + " does not allow",
                    "leave it out, or ask for an exception with an approver and an end"));
        }
        if (!narrowing.transports().isEmpty() && (named & endpoint.ways()) != named) {
            findings.add(new Finding(
                    Severity.WARNING,
                    "not-served",
                    endpoint.name(),
                    "it names " + words(Way.of(named & ~endpoint.ways())) + ", which this host does not serve",
                    ""));
        }
        return named;
    }

    private static void about(EndpointResult result, boolean nothingPreferred, List<Finding> findings) {
        String name = result.name();
        if (result.allowed().isEmpty()) {
            findings.add(new Finding(
                    Severity.ERROR,
                    "nothing-allowed",
                    name,
                    "nothing that is served is allowed",
                    "allow one of " + words(result.refused()) + ", or serve another transport"));
            return;
        }
        if (nothingPreferred) {
            findings.add(new Finding(
                    Severity.WARNING,
                    "nothing-preferred-served",
                    name,
                    "no preferred way is served: every call is a downgrade",
                    "serve HTTP/3 or gRPC"));
        } else if (!result.downgrades().isEmpty()) {
            findings.add(new Finding(
                    Severity.INFO,
                    "downgrade-allowed",
                    name,
                    "allowed, and counted as downgrades: " + words(result.downgrades()),
                    "narrow category " + result.category() + " to refuse them"));
        }
        if (!result.refused().isEmpty()) {
            findings.add(
                    new Finding(Severity.INFO, "refused", name, "calls are refused by " + words(result.refused()), ""));
        }
    }

    private static String words(List<Way> ways) {
        return ways.stream().map(Way::toString).collect(Collectors.joining(", "));
    }
}
