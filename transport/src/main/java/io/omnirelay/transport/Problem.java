package io.omnirelay.transport;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.util.Durations;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.ErrorDetail.Applied;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An error as RFC 9457 problem+json.
 *
 * @param status    HTTP status; the code's own unless HTTP has a closer one (405, 406, 413, 415, 431, …)
 * @param instance  path of the request, or empty
 * @param requestId idempotency key of the mutation, or empty
 */
public record Problem(int status, ErrorDetail detail, String instance, String requestId) {
    public static final String CONTENT_TYPE = "application/problem+json";

    private static final JsonFactory JSON = new JsonFactory();

    /** The problem of an error, with the code's HTTP status. */
    public static Problem of(RegistryException error, String instance, String requestId) {
        return new Problem(error.code().httpStatus(), error.detail(), instance, requestId);
    }

    /** A problem of HTTP itself, for which no request got as far as a service. */
    public static Problem of(int status, ErrorCode code, String message, String hint) {
        ErrorDetail detail = RegistryException.detail(code, message, hint)
                // Whatever the code says in general: nothing has been called.
                .setApplied(Applied.APPLIED_NO)
                .build();
        return new Problem(status, detail, "", "");
    }

    public ErrorCode code() {
        return ErrorCode.ofName(detail.getCode());
    }

    /** Milliseconds until a retry can help, rounded up; 0 if unknown. */
    public long retryDelayMs() {
        return detail.hasRetryDelay() ? (Durations.toNanos(detail.getRetryDelay()) + 999_999) / 1_000_000 : 0;
    }

    /**
     * Value of the Retry-After header: whole seconds, rounded up, ≥ 1; 0 for none. A retryable error without a
     * delay of its own gets 1.
     */
    public long retryAfterSeconds() {
        if (detail.hasRetryDelay()) {
            return Math.max(1, (retryDelayMs() + 999) / 1000);
        }
        return code().retryable() && (status == 429 || status == 503) ? 1 : 0;
    }

    /** The JSON text, in UTF-8. Members that say nothing are left out. */
    public byte[] toJson() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("type", code().problemType());
            json.writeStringField("title", title());
            json.writeNumberField("status", status);
            text(json, "detail", detail.getMessage());
            json.writeStringField("code", detail.getCode());
            text(json, "hint", detail.getHint());
            json.writeStringField("applied", detail.getApplied() == Applied.APPLIED_NO ? "no" : "unknown");
            number(json, "currentRevision", detail.getCurrentRevision());
            number(json, "lowWatermarkRevision", detail.getLowWatermarkRevision());
            number(json, "retryDelayMs", retryDelayMs());
            text(json, "leaderHint", detail.getLeaderHint());
            text(json, "field", detail.getField());
            text(json, "requestId", requestId);
            text(json, "instance", instance);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * Reads problem+json; unknown members are skipped, so that a newer server's problem can be read.
     *
     * @throws IOException if it is no JSON object
     */
    public static Problem parse(byte[] body) throws IOException {
        ErrorDetail.Builder detail = ErrorDetail.newBuilder();
        int status = 0;
        String instance = "";
        String requestId = "";
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("Not a JSON object");
            }
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                json.nextToken();
                switch (name) {
                    case "status" -> status = json.getIntValue();
                    case "detail" -> detail.setMessage(json.getText());
                    case "code" -> detail.setCode(json.getText());
                    case "hint" -> detail.setHint(json.getText());
                    case "applied" ->
                        detail.setApplied(json.getText().equals("no") ? Applied.APPLIED_NO : Applied.APPLIED_UNKNOWN);
                    case "currentRevision" -> detail.setCurrentRevision(json.getLongValue());
                    case "lowWatermarkRevision" -> detail.setLowWatermarkRevision(json.getLongValue());
                    case "retryDelayMs" -> detail.setRetryDelay(RegistryException.millis(json.getLongValue()));
                    case "leaderHint" -> detail.setLeaderHint(json.getText());
                    case "field" -> detail.setField(json.getText());
                    case "requestId" -> requestId = json.getText();
                    case "instance" -> instance = json.getText();
                    default -> json.skipChildren();
                }
            }
        }
        return new Problem(status, detail.build(), instance, requestId);
    }

    private String title() {
        String words = code().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null && !value.isEmpty()) {
            json.writeStringField(name, value);
        }
    }

    private static void number(JsonGenerator json, String name, long value) throws IOException {
        if (value != 0) {
            json.writeNumberField(name, value);
        }
    }
}
