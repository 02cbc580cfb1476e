package io.meshkit.domain.kernel;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.RecordMeta;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Optimistic concurrency: a record's etag is its last revision in quotes. */
public final class Etags {
    /** A revision without leading zeros, below 2^53 and so within 16 digits. */
    private static final Pattern ETAG = Pattern.compile("\"[1-9][0-9]{0,15}\"");

    private Etags() {}

    public static String of(RecordMeta meta) {
        return of(meta.getModRevision());
    }

    /** Of a record that was written last at that revision. */
    public static String of(long modRevision) {
        return "\"" + modRevision + "\"";
    }

    static boolean isIfMatch(String ifMatch) {
        return ifMatch.isEmpty() || ifMatch.equals("*") || ETAG.matcher(ifMatch).matches();
    }

    /** Whether the options demand a record that is there. */
    public static boolean demandsRecord(MutationOptions options) {
        return !options.getIfMatch().isEmpty() || options.getExpectedVersion() > 0;
    }

    /** Why the record is not the one that the options expect, or null. */
    public static @Nullable ErrorDetail mismatch(RecordRef<?> ref, RecordMeta meta, MutationOptions options) {
        String ifMatch = options.getIfMatch();
        if (!ifMatch.isEmpty() && !ifMatch.equals("*") && !ifMatch.equals(of(meta))) {
            return mismatch(ref, meta, "etag is " + of(meta) + ", not " + ifMatch);
        }
        long version = options.getExpectedVersion();
        if (version > 0 && version != meta.getVersion()) {
            return mismatch(ref, meta, "version is " + meta.getVersion() + ", not " + version);
        }
        return null;
    }

    private static ErrorDetail mismatch(RecordRef<?> ref, RecordMeta meta, String what) {
        return RegistryException.detail(
                        ErrorCode.REVISION_MISMATCH,
                        "the " + what + ", of " + ref.kind().name() + " " + ref.name(),
                        "it changed since you read it: read it again and decide anew")
                .setCurrentRevision(meta.getModRevision())
                .build();
    }
}
