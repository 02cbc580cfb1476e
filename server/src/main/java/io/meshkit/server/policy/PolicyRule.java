package io.meshkit.server.policy;

import com.google.protobuf.Struct;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.kernel.DocumentRules;
import io.meshkit.v1.ErrorDetail;
import io.omnirelay.transport.policy.Categories;
import io.omnirelay.transport.policy.Finding;
import io.omnirelay.transport.policy.PolicyEvaluator;
import io.omnirelay.transport.policy.PolicyReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Refuses a change of the registry's policy document that would break it. Runs on every replica with log time, knows no
 * host, and so finds the same everywhere.
 */
public final class PolicyRule implements DocumentRules {
    /** Name of the config document. */
    public static final String DOCUMENT = "transport-policy";

    private static final int SHOWN_MAX = 8;

    @Override
    public Optional<ErrorDetail> check(String name, Struct document, long timeMs) {
        if (!name.equals(DOCUMENT)) {
            return Optional.empty();
        }
        PolicyReader.Read read = PolicyReader.read(document);
        List<Finding> violations = new ArrayList<>(read.findings());
        violations.addAll(PolicyEvaluator.check(read.document(), Categories.defaults(), Instant.ofEpochMilli(timeMs))
                .violations());
        if (violations.isEmpty()) {
            return Optional.empty();
        }
        String shown =
                violations.stream().limit(SHOWN_MAX).map(Finding::toString).collect(Collectors.joining(" | "));
        return Optional.of(RegistryException.detail(
                        ErrorCode.INVALID_REQUEST,
                        "the transport policy would have " + violations.size()
                                + (violations.size() == 1 ? " violation: " : " violations: ") + shown
                                + (violations.size() > SHOWN_MAX ? " | …" : ""),
                        "see docs/transport.md for the rules")
                .setField("patch")
                .build());
    }
}
