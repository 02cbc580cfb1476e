package io.omnirelay.cli.output;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.ProtocolMessageEnum;
import com.google.protobuf.Timestamp;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Names as people read and type them: {@code CLUSTER_STATE_ACTIVE} is {@code active}. */
public final class Names {
    private Names() {}

    /** The short name; empty for "unspecified". */
    public static String of(ProtocolMessageEnum value) {
        return of(value.getValueDescriptor());
    }

    public static String of(EnumValueDescriptor value) {
        return value.getNumber() == 0 ? "" : shortName(value);
    }

    private static String shortName(EnumValueDescriptor value) {
        String prefix = prefix(value.getType());
        String name = value.getName();
        return (name.startsWith(prefix) ? name.substring(prefix.length()) : name).toLowerCase(Locale.ROOT);
    }

    /** {@code ClusterState} → {@code CLUSTER_STATE_}. */
    private static String prefix(EnumDescriptor type) {
        return type.getName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT) + "_";
    }

    /** The short names that can be typed. */
    public static List<String> all(EnumDescriptor type) {
        List<String> names = new ArrayList<>();
        for (EnumValueDescriptor value : type.getValues()) {
            if (value.getNumber() != 0) {
                names.add(shortName(value));
            }
        }
        return names;
    }

    /**
     * The value of a short or full name, in any case, with - for _.
     *
     * @throws RegistryException INVALID_REQUEST naming the choices
     */
    public static EnumValueDescriptor parse(EnumDescriptor type, String text) {
        String wanted = text.toUpperCase(Locale.ROOT).replace('-', '_');
        for (EnumValueDescriptor value : type.getValues()) {
            if (value.getName().equals(wanted)
                    || shortName(value).toUpperCase(Locale.ROOT).equals(wanted)) {
                return value;
            }
        }
        throw RegistryException.of(
                ErrorCode.INVALID_REQUEST,
                "'" + text + "' is no " + type.getName(),
                "One of: " + String.join(", ", all(type)) + ".");
    }

    /** UTC, to the second; empty if unset. */
    public static String of(Timestamp time) {
        if (time.equals(Timestamp.getDefaultInstance())) {
            return "";
        }
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }

    /** {@code 3d 4h}, {@code 5m 2s}, {@code 12s}: the two largest units. */
    public static String of(Duration duration) {
        long seconds = duration.getSeconds();
        if (seconds >= 86_400) {
            return seconds / 86_400 + "d " + seconds % 86_400 / 3_600 + "h";
        }
        if (seconds >= 3_600) {
            return seconds / 3_600 + "h " + seconds % 3_600 / 60 + "m";
        }
        return seconds >= 60 ? seconds / 60 + "m " + seconds % 60 + "s" : seconds + "s";
    }
}
