package io.omnirelay.transport.policy;

import io.omnirelay.transport.policy.Finding.Severity;
import java.util.List;

/**
 * What an evaluation found.
 *
 * @param endpoints  in the order of the catalogue
 * @param findings   about the document itself; those about endpoints are with them
 * @param exceptions every exception with its remaining time
 */
public record Evaluation(List<EndpointResult> endpoints, List<Finding> findings, List<ExceptionResult> exceptions) {
    /**
     * One endpoint.
     *
     * @param allowed    ways that are served and allowed
     * @param downgrades those of them that are not preferred
     * @param refused    ways that are served and forbidden
     */
    public record EndpointResult(
            String name,
            String category,
            List<Way> allowed,
            List<Way> downgrades,
            List<Way> refused,
            List<Finding> findings) {
        public EndpointResult {
            allowed = List.copyOf(allowed);
            downgrades = List.copyOf(downgrades);
            refused = List.copyOf(refused);
            findings = List.copyOf(findings);
        }
    }

    /**
     * One exception.
     *
     * @param target        endpoint or category
     * @param expires       as written
     * @param daysToExpiry  whole days left, rounded down; negative: expired
     */
    public record ExceptionResult(String target, String approvedBy, String expires, long daysToExpiry) {}

    public Evaluation {
        endpoints = List.copyOf(endpoints);
        findings = List.copyOf(findings);
        exceptions = List.copyOf(exceptions);
    }

    /** Every finding, the document's first. */
    public List<Finding> all() {
        return java.util.stream.Stream.concat(
                        findings.stream(), endpoints.stream().flatMap(endpoint -> endpoint.findings().stream()))
                .toList();
    }

    /** Findings that forbid the policy. */
    public List<Finding> violations() {
        return all().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
    }

    /** Findings of the severity. */
    public long count(Severity severity) {
        return all().stream().filter(finding -> finding.severity() == severity).count();
    }

    /** Ways over all endpoints that are allowed. */
    public int ways() {
        return endpoints.stream()
                .mapToInt(endpoint -> endpoint.allowed().size())
                .sum();
    }

    /** Those of {@link #ways()} that are not preferred. */
    public int downgradeWays() {
        return endpoints.stream()
                .mapToInt(endpoint -> endpoint.downgrades().size())
                .sum();
    }

    /** The share of the allowed ways that are downgrades, 0 to 1. */
    public double downgradeRatio() {
        return ways() == 0 ? 0 : (double) downgradeWays() / ways();
    }
}
