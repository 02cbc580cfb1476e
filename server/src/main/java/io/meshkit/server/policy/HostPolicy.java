package io.meshkit.server.policy;

import io.meshkit.server.config.ConfigException;
import io.meshkit.server.config.ServerConfig;
import io.omnirelay.transport.policy.Categories;
import io.omnirelay.transport.policy.Endpoint;
import io.omnirelay.transport.policy.Finding;
import io.omnirelay.transport.policy.Finding.Severity;
import io.omnirelay.transport.policy.PolicyDocument;
import io.omnirelay.transport.policy.PolicyEvaluator;
import java.time.Instant;
import java.util.List;

/** The policy that the host's own configuration asks for, held against what the host serves. */
public final class HostPolicy {
    private HostPolicy() {}

    /** Evaluates it; finds everything and refuses nothing. */
    public static PolicyEvaluator.Result evaluate(PolicyDocument document, boolean http3, Instant now) {
        List<Endpoint> endpoints = PolicyEndpoints.of(http3);
        return PolicyEvaluator.evaluate(document, Categories.defaults(), endpoints, Severity.ERROR, now);
    }

    /**
     * Evaluates it for a start.
     *
     * @throws ConfigException with each violation and its hint
     */
    public static PolicyEvaluator.Result require(ServerConfig config, Instant now) throws ConfigException {
        PolicyEvaluator.Result result =
                evaluate(config.transportPolicy().document(), config.http3().enabled(), now);
        List<Finding> violations = result.evaluation().violations();
        if (!violations.isEmpty()) {
            throw new ConfigException(violations.stream()
                    .map(violation -> "transport-policy: " + violation)
                    .toList());
        }
        return result;
    }
}
