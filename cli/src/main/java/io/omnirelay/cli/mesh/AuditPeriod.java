package io.omnirelay.cli.mesh;

import com.google.protobuf.Timestamp;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.AuditOutcome;
import io.meshkit.v1.ListAuditRequest;
import io.omnirelay.cli.output.Names;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** When, and what came of it: the options that audit entries are chosen by, for a list and for an export. */
final class AuditPeriod {
    private static final String TIME = "TIME";

    @Option(
            names = "--since",
            paramLabel = TIME,
            description = "Entries of this time or later: 2027-01-31T12:00:00Z, or so long ago: 15m, 12h, 30d.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = TIME, description = "Entries before this time; as --since.")
    private @Nullable String until;

    @Option(
            names = "--outcome",
            paramLabel = "OUTCOME",
            description = "applied: changes alone; denied: refused attempts alone.")
    private @Nullable String outcome;

    /** The conditions of a list, all others left out. */
    ListAuditRequest filter() {
        ListAuditRequest.Builder filter = ListAuditRequest.newBuilder().setOutcomeValue(outcome());
        if (since != null) {
            filter.setSince(time("--since", since));
        }
        if (until != null) {
            filter.setUntil(time("--until", until));
        }
        return filter.build();
    }

    /** Whether the entry is one of the outcome that was asked for. */
    boolean isWanted(AuditEntry entry) {
        return switch (AuditOutcome.forNumber(outcome())) {
            case AUDIT_OUTCOME_APPLIED -> entry.getDeniedCount() == 0;
            case AUDIT_OUTCOME_DENIED -> entry.getDeniedCount() > 0;
            case AUDIT_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> true;
        };
    }

    private int outcome() {
        return outcome == null
                ? 0
                : Names.parse(AuditOutcome.getDescriptor(), outcome).getNumber();
    }

    private static Timestamp time(String option, String text) {
        if (!text.matches("\\d{1,9}(ms|s|m|h|d)")) {
            return AccessTexts.time(option, text);
        }
        Instant ago = Clock.systemUTC().instant().minus(GlobalOptions.duration(option, text));
        return Timestamp.newBuilder()
                .setSeconds(ago.getEpochSecond())
                .setNanos(ago.getNano())
                .build();
    }
}
