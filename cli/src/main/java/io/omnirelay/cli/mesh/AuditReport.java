package io.omnirelay.cli.mesh;

import io.omnirelay.cli.mesh.AuditVerification.Claim;
import io.omnirelay.cli.mesh.AuditVerification.Verified;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Json;
import io.omnirelay.cli.output.Streams;
import io.omnirelay.cli.output.Table;
import java.util.stream.Collectors;

/** Shows what a verification has found. */
final class AuditReport {
    private AuditReport() {}

    static void show(Verified verified, Format format, Streams streams) {
        if (format == Format.TABLE) {
            table(verified, streams);
        } else {
            String json = json(verified);
            streams.out().print(format == Format.JSON ? json + "\n" : Json.yaml(json));
        }
        for (Claim claim : verified.claims()) {
            if (claim.failure() != null) {
                streams.err()
                        .println("note: " + claim.node() + " did not answer: "
                                + claim.failure().detail().getMessage());
            }
        }
    }

    private static void table(Verified verified, Streams streams) {
        Table<Claim>.Printer printer = Table.<Claim>builder()
                .text("NODE", Claim::node)
                .number("REVISION", Claim::revision)
                .text("RESULT", claim -> result(verified, claim))
                .build()
                .printer(streams);
        verified.claims().forEach(printer::add);
        printer.finish();
        String what = verified.entries() == 0
                ? "no entries to verify"
                : "verified " + verified.entries() + " entries, revisions " + verified.from() + "–"
                        + verified.end().revision();
        streams.out().println(what + (verified.oldestTaken() ? "; the oldest one's own hash as it stands" : ""));
        streams.out()
                .println("for the next one: --after " + verified.end().revision() + "="
                        + verified.end().hex());
    }

    private static String result(Verified verified, Claim claim) {
        if (claim.failure() != null) {
            return "no answer";
        }
        return verified.compared(claim) ? "agrees" : "not compared";
    }

    private static String json(Verified verified) {
        String nodes = verified.claims().stream()
                .map(claim -> "    {\"node\": " + Json.quote(claim.node()) + ", \"revision\": " + claim.revision()
                        + ", \"result\": " + Json.quote(result(verified, claim)) + "}")
                .collect(Collectors.joining(",\n"));
        return "{\n  \"entries\": " + verified.entries() + ",\n  \"fromRevision\": " + verified.from()
                + ",\n  \"toRevision\": " + verified.end().revision() + ",\n  \"chainHash\": "
                + Json.quote(verified.end().hex()) + ",\n  \"oldestTaken\": " + verified.oldestTaken()
                + ",\n  \"nodes\": [\n" + nodes + "\n  ]\n}";
    }
}
