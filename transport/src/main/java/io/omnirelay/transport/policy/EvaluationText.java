package io.omnirelay.transport.policy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.omnirelay.transport.policy.Evaluation.EndpointResult;
import io.omnirelay.transport.policy.Evaluation.ExceptionResult;
import io.omnirelay.transport.policy.Finding.Severity;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** An evaluation for people and for programs. Neither depends on the time of day or the host's language. */
public final class EvaluationText {
    private EvaluationText() {}

    /** One block per endpoint, then the exceptions, then a summary. */
    public static String text(Evaluation evaluation) {
        StringBuilder out = new StringBuilder();
        evaluation.findings().forEach(finding -> finding(out, "", finding));
        for (EndpointResult endpoint : evaluation.endpoints()) {
            out.append(endpoint.name()).append(" (").append(endpoint.category()).append(")\n");
            line(out, "  allowed", endpoint.allowed());
            endpoint.findings().forEach(finding -> finding(out, "  ", finding));
        }
        for (ExceptionResult exception : evaluation.exceptions()) {
            out.append("exception for ")
                    .append(exception.target())
                    .append(", approved by ")
                    .append(exception.approvedBy())
                    .append(", until ")
                    .append(exception.expires())
                    .append(": ")
                    .append(exception.daysToExpiry() < 0 ? "expired" : exception.daysToExpiry() + " days left")
                    .append('\n');
        }
        return out.append(String.format(
                        Locale.ROOT,
                        "%s: %d endpoints, %d violations, %d warnings, %d exceptions, downgrade ratio %.2f (%d of %d"
                                + " ways)%n",
                        evaluation.violations().isEmpty() ? "valid" : "INVALID",
                        evaluation.endpoints().size(),
                        evaluation.violations().size(),
                        evaluation.count(Severity.WARNING),
                        evaluation.exceptions().size(),
                        evaluation.downgradeRatio(),
                        evaluation.downgradeWays(),
                        evaluation.ways()))
                .toString();
    }

    private static void line(StringBuilder out, String name, List<Way> ways) {
        out.append(name).append(':');
        ways.forEach(way -> out.append(' ').append(way));
        out.append('\n');
    }

    private static void finding(StringBuilder out, String indent, Finding finding) {
        out.append(indent).append(finding.severity().label()).append(' ').append(finding.rule());
        if (indent.isEmpty()) {
            out.append(' ').append(finding.subject());
        }
        out.append(": ").append(finding.message()).append('\n');
        if (!finding.hint().isEmpty()) {
            out.append(indent).append("  hint: ").append(finding.hint()).append('\n');
        }
    }

    /** One object: {@code valid, summary, findings, endpoints, exceptions}. */
    public static String json(Evaluation evaluation) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            json.writeStartObject();
            json.writeBooleanField("valid", evaluation.violations().isEmpty());
            json.writeObjectFieldStart("summary");
            json.writeNumberField("endpoints", evaluation.endpoints().size());
            json.writeNumberField("violations", evaluation.violations().size());
            json.writeNumberField("warnings", evaluation.count(Severity.WARNING));
            json.writeNumberField("exceptions", evaluation.exceptions().size());
            json.writeNumberField("ways", evaluation.ways());
            json.writeNumberField("downgradeWays", evaluation.downgradeWays());
            json.writeNumberField("downgradeRatio", Math.round(evaluation.downgradeRatio() * 1e4) / 1e4);
            json.writeEndObject();
            findings(json, evaluation.findings());
            json.writeArrayFieldStart("endpoints");
            for (EndpointResult endpoint : evaluation.endpoints()) {
                endpoint(json, endpoint);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("exceptions");
            for (ExceptionResult exception : evaluation.exceptions()) {
                json.writeStartObject();
                json.writeStringField("target", exception.target());
                json.writeStringField("approvedBy", exception.approvedBy());
                json.writeStringField("expires", exception.expires());
                json.writeNumberField("daysToExpiry", exception.daysToExpiry());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.append('\n').toString();
    }

    private static void endpoint(JsonGenerator json, EndpointResult endpoint) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", endpoint.name());
        json.writeStringField("category", endpoint.category());
        ways(json, "allowed", endpoint.allowed());
        ways(json, "downgrades", endpoint.downgrades());
        ways(json, "refused", endpoint.refused());
        findings(json, endpoint.findings());
        json.writeEndObject();
    }

    private static void ways(JsonGenerator json, String name, List<Way> ways) throws IOException {
        json.writeArrayFieldStart(name);
        for (Way way : ways) {
            json.writeString(way.toString());
        }
        json.writeEndArray();
    }

    private static void findings(JsonGenerator json, List<Finding> findings) throws IOException {
        json.writeArrayFieldStart("findings");
        for (Finding finding : findings) {
            json.writeStartObject();
            json.writeStringField("severity", finding.severity().label());
            json.writeStringField("rule", finding.rule());
            json.writeStringField("subject", finding.subject());
            json.writeStringField("message", finding.message());
            json.writeStringField("hint", finding.hint());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
