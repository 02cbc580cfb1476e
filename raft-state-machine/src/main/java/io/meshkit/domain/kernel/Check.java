package io.meshkit.domain.kernel;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.ProtocolMessageEnum;
import io.meshkit.api.ErrorCode;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.RecordMeta;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is wrong with a request whatever the state; the first finding is the one that counts.
 *
 * <p>Field names are those of the JSON form. Thread: one.
 */
public final class Check {
    private static final int SHA256_BYTES = 32;

    private static final int ID_LENGTH_MAX = 128;
    private static final Pattern ADDRESS =
            Pattern.compile("(?:\\[[0-9A-Fa-f:.]{2,45}]|[A-Za-z0-9._-]{1,253}):([0-9]{1,5})");
    private static final int PORT_MAX = 65_535;
    private static final String ID_HINT = "1–128 of A–Z a–z 0–9 . _ -, starting with a letter or digit";
    private static final String LABEL_KEY_RESERVED = ",=!()";

    private @Nullable ErrorDetail error;

    public Optional<ErrorDetail> error() {
        return Optional.ofNullable(error);
    }

    public boolean isClean() {
        return error == null;
    }

    public static boolean isId(String value) {
        return isWord(value, "._-") && isAsciiLetterOrDigit(value.charAt(0));
    }

    public static boolean isRequestId(String value) {
        return isWord(value, "._:-");
    }

    /** Records a finding, unless there is one. */
    public Check fail(ErrorCode code, String field, String message, String hint) {
        if (error == null) {
            error = Errors.ofField(code, field, message, hint);
        }
        return this;
    }

    /** Records a finding of another check, unless there is one. */
    public Check fail(ErrorDetail finding) {
        if (error == null) {
            error = finding;
        }
        return this;
    }

    /** Fails with INVALID_REQUEST unless the condition holds. */
    public Check that(boolean holds, String field, String message, String hint) {
        return holds ? this : fail(ErrorCode.INVALID_REQUEST, field, message, hint);
    }

    /** Fails with LIMIT_EXCEEDED if the value is greater. */
    public Check atMost(long max, long value, String field, String unit) {
        return value <= max
                ? this
                : fail(
                        ErrorCode.LIMIT_EXCEEDED,
                        field,
                        field + " has " + value + " " + unit + ", at most " + max + " are allowed",
                        "send less");
    }

    /** A required id of a record. */
    public Check id(String field, String value) {
        if (value.isEmpty()) {
            return fail(ErrorCode.INVALID_REQUEST, field, field + " is missing", ID_HINT);
        }
        return isId(value)
                ? this
                : fail(ErrorCode.INVALID_REQUEST, field, field + " is not an id: " + shown(value), ID_HINT);
    }

    /** An id that may be left out. */
    public Check optionalId(String field, String value) {
        return value.isEmpty() ? this : id(field, value);
    }

    /** A required text. */
    public Check required(String field, String value, String hint) {
        return that(!value.isBlank(), field, field + " is missing", hint);
    }

    /** A short text: role, region, a version. */
    public Check text(String field, String value) {
        return text(field, value, DomainLimits.TEXT_BYTES_MAX);
    }

    public Check text(String field, String value, int bytesMax) {
        that(!hasControl(value), field, field + " holds a control character", "use printable text");
        return bytesAtMost(bytesMax, value, field, "bytes");
    }

    /** A list of short texts, none empty. */
    public Check texts(String field, List<String> values) {
        atMost(DomainLimits.LIST_MAX, values.size(), field, "elements");
        for (int i = 0; i < values.size() && isClean(); i++) {
            String element = field + "[" + i + "]";
            required(element, values.get(i), "leave it out instead");
            text(element, values.get(i));
        }
        return this;
    }

    /** Ids of other records. */
    public Check ids(String field, List<String> values) {
        atMost(DomainLimits.LIST_MAX, values.size(), field, "elements");
        for (int i = 0; i < values.size() && isClean(); i++) {
            id(field + "[" + i + "]", values.get(i));
        }
        return this;
    }

    /** A bounded list, each element checked by the given check of its index. */
    public Check each(String field, int count, IntConsumer each) {
        atMost(DomainLimits.LIST_MAX, count, field, "elements");
        for (int i = 0; i < count && isClean(); i++) {
            each.accept(i);
        }
        return this;
    }

    public Check endpoint(String field, String transport, String address) {
        that(
                transport.equals("http3") || transport.equals("http2") || transport.equals("grpc"),
                field + ".transport",
                "unknown transport: " + shown(transport),
                "http3, http2 or grpc");
        var matcher = ADDRESS.matcher(address);
        boolean valid = matcher.matches()
                && Integer.parseInt(matcher.group(1)) >= 1
                && Integer.parseInt(matcher.group(1)) <= PORT_MAX;
        return that(valid, field + ".address", "not host:port: " + shown(address), "for example peer-1.example:8443");
    }

    /** A finite number within [min, max]. */
    public Check number(String field, double value, double min, double max) {
        boolean holds = Double.isFinite(value) && value >= min && value <= max;
        String range = max == Double.MAX_VALUE ? "≥ " + min : min + "–" + max;
        return that(holds, field, field + " is " + value, "a finite number, " + range);
    }

    public Check duration(String field, Duration value) {
        boolean valid = value.getSeconds() >= 0
                && value.getSeconds() <= 315_576_000_000L
                && value.getNanos() >= 0
                && value.getNanos() < 1_000_000_000;
        return that(valid, field, field + " is not a duration ≥ 0", "for example 5s");
    }

    /** A duration between the two, both included. */
    public Check duration(String field, Duration value, long minMs, long maxMs) {
        duration(field, value);
        long ms = Times.ms(value);
        return that(ms >= minMs && ms <= maxMs, field, field + " is " + ms + " ms", minMs + "–" + maxMs + " ms");
    }

    /** The hash of a secret that was made before the log. */
    public Check secretSha256(ByteString hash) {
        return that(
                hash.size() == SHA256_BYTES,
                "secretSha256",
                "the secret's hash has " + hash.size() + " bytes",
                "the node that receives the request makes it");
    }

    /** A value that this version knows and that is not the unspecified one. */
    public Check known(String field, ProtocolMessageEnum value) {
        return that(isKnown(value) && value.getNumber() != 0, field, field + " is missing or unknown", "name a value");
    }

    /** A value that this version knows, or left out. */
    public Check knownOrUnset(String field, ProtocolMessageEnum value) {
        return that(isKnown(value), field, field + " is unknown", "name a known value or leave it out");
    }

    /** The parts of a request's header that are taken. */
    public Check meta(String field, RecordMeta meta) {
        labels(field + ".labels", meta.getLabelsMap());
        Map<String, String> annotations = meta.getAnnotationsMap();
        String path = field + ".annotations";
        atMost(DomainLimits.ANNOTATIONS_MAX, annotations.size(), path, "entries");
        annotations.forEach((key, value) -> {
            labelKey(path, key);
            if (!isWithin(DomainLimits.ANNOTATION_BYTES_MAX, value)) {
                bytesAtMost(DomainLimits.ANNOTATION_BYTES_MAX, value, path + "." + shown(key), "bytes");
            }
        });
        return this;
    }

    public Check labels(String field, Map<String, String> labels) {
        atMost(DomainLimits.LABELS_MAX, labels.size(), field, "entries");
        labels.forEach((key, value) -> {
            labelKey(field, key);
            if (isClean()) {
                text(field + "." + key, value, DomainLimits.LABEL_BYTES_MAX);
            }
        });
        return this;
    }

    /** Keys hold nothing that a label selector gives a meaning. */
    public Check labelKey(String field, String key) {
        if (!isLabelKey(key)) {
            fail(
                    ErrorCode.INVALID_REQUEST,
                    field,
                    "not a key: " + shown(key),
                    "not empty, without blanks and any of " + LABEL_KEY_RESERVED);
        }
        return isWithin(DomainLimits.LABEL_BYTES_MAX, key)
                ? this
                : bytesAtMost(DomainLimits.LABEL_BYTES_MAX, key, field + "." + shown(key), "bytes in its key");
    }

    /** The options that accompany every mutation. */
    public Check options(MutationOptions options) {
        that(
                options.getRequestId().isEmpty() || isRequestId(options.getRequestId()),
                "options.requestId",
                "not a request id: " + shown(options.getRequestId()),
                "1–128 of A–Z a–z 0–9 . _ : -");
        bytesAtMost(DomainLimits.REASON_BYTES_MAX, options.getReason(), "options.reason", "bytes");
        text("options.changeTicket", options.getChangeTicket(), DomainLimits.CHANGE_TICKET_BYTES_MAX);
        that(
                Etags.isIfMatch(options.getIfMatch()),
                "options.ifMatch",
                "not an etag: " + shown(options.getIfMatch()),
                "the record's etag with its quotes, for example \"42\", or *");
        optionalId("options.fencingScope", options.getFencingScope());
        that(
                options.getFencingToken() >= 0
                        && options.getFencingScope().isEmpty() == (options.getFencingToken() == 0),
                "options.fencingToken",
                "fencing token " + options.getFencingToken() + " with scope " + shown(options.getFencingScope()),
                "give both the scope and the token, ≥ 1, that its campaign answered, or neither");
        optionalId("options.approvalId", options.getApprovalId());
        that(
                !options.getRequestApproval() || options.getApprovalId().isEmpty(),
                "options.requestApproval",
                "an approval is asked for and named at once",
                "ask for it first; with the approval, leave requestApproval out");
        return that(
                options.getExpectedVersion() >= 0,
                "options.expectedVersion",
                "expected version is " + options.getExpectedVersion(),
                "a version ≥ 1, or 0 for none");
    }

    public Check principal(String principal) {
        required("principal", principal, "authenticate first");
        return text("principal", principal, DomainLimits.PRINCIPAL_BYTES_MAX);
    }

    public Check requireTicket(MutationOptions options) {
        return required("options.changeTicket", options.getChangeTicket(), "name the change ticket");
    }

    public Check requireReason(MutationOptions options) {
        return required("options.reason", options.getReason(), "say why");
    }

    public Check epoch(String field, long expected) {
        return that(expected >= 0, field, field + " is " + expected, "an epoch ≥ 1, or 0 for none");
    }

    /** A lease's time to live, in whole milliseconds; what is below is cut off. */
    public Check leaseTtl(String field, Duration value) {
        duration(field, value);
        long ms = value.getSeconds() * 1000 + value.getNanos() / 1_000_000;
        return that(
                !isClean() || (ms >= DomainLimits.LEASE_TTL_MS_MIN && ms <= DomainLimits.LEASE_TTL_MS_MAX),
                field,
                field + " is " + ms + " ms",
                DomainLimits.LEASE_TTL_MS_MIN + "–" + DomainLimits.LEASE_TTL_MS_MAX + " ms");
    }

    /** A lease id that may be left out. */
    public Check lease(String field, long id) {
        return that(id >= 0, field, field + " is " + id, "a lease id ≥ 1, or 0 for none");
    }

    private static boolean isKnown(ProtocolMessageEnum value) {
        return !value.toString().equals("UNRECOGNIZED");
    }

    /** Fails with LIMIT_EXCEEDED if the text has more bytes as UTF-8. */
    private Check bytesAtMost(int max, String value, String field, String unit) {
        return isWithin(max, value) ? this : atMost(max, utf8Bytes(value), field, unit);
    }

    /** A char is at most three bytes: what is short enough is not counted, which takes longer than all other checks. */
    private static boolean isWithin(int bytesMax, String value) {
        return value.length() <= bytesMax / 3 || utf8Bytes(value) <= bytesMax;
    }

    private static int utf8Bytes(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) >= 0x80) {
                return value.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return value.length();
    }

    /** 1–128 ASCII letters, digits and others. By hand: several of these run per mutation, where a pattern shows. */
    private static boolean isWord(String value, String others) {
        if (value.isEmpty() || value.length() > ID_LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!isAsciiLetterOrDigit(c) && others.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAsciiLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    }

    private static boolean hasControl(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isISOControl(value.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLabelKey(String key) {
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (Character.isISOControl(c) || Character.isWhitespace(c) || LABEL_KEY_RESERVED.indexOf(c) >= 0) {
                return false;
            }
        }
        return !key.isEmpty();
    }

    /** An offending value, cut to what a message can hold. */
    public static String shown(String value) {
        int max = 64;
        String cut = value.length() <= max ? value : value.substring(0, max) + "…";
        return "'" + cut + "'";
    }
}
