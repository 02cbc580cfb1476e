package io.meshkit.server.policy;

import io.meshkit.server.config.ConfigException;
import io.meshkit.server.config.ConfigLoader;
import io.meshkit.server.config.Effective;
import io.meshkit.server.config.PolicySettings;
import io.omnirelay.transport.policy.Evaluation;
import io.omnirelay.transport.policy.EvaluationText;
import io.omnirelay.transport.policy.Finding;
import io.omnirelay.transport.policy.Finding.Severity;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code --validate-policy}: holds a configuration, or the defaults, against the transport policy, and starts nothing. */
public final class PolicyValidation {
    private PolicyValidation() {}

    /**
     * Prints every finding.
     *
     * @param file null: the defaults, the environment and the flags alone
     * @return 0 if a host would start with it, else 1
     */
    public static int run(
            @Nullable Path file,
            Map<String, String> environment,
            List<String> sets,
            boolean json,
            Instant now,
            PrintStream out) {
        Evaluation evaluation;
        try {
            Effective values = ConfigLoader.loadPartly(file, environment, sets);
            evaluation = HostPolicy.evaluate(
                            PolicySettings.of(values).document(), PolicySettings.servesHttp3(values), now)
                    .evaluation();
        } catch (ConfigException e) {
            evaluation = new Evaluation(
                    List.of(),
                    e.problems().stream()
                            .map(problem -> new Finding(Severity.ERROR, "configuration", "configuration", problem, ""))
                            .toList(),
                    List.of());
        }
        out.print(json ? EvaluationText.json(evaluation) : EvaluationText.text(evaluation));
        return evaluation.violations().isEmpty() ? 0 : 1;
    }
}
