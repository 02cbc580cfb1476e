package io.omnirelay.cli.mesh;

import com.google.protobuf.Message;
import io.meshkit.client.CallReport;
import io.meshkit.client.DowngradeEvent;
import io.meshkit.client.ResponseInfo;
import io.meshkit.v1.MutationResult;
import io.meshkit.v1.ReadInfo;
import io.omnirelay.cli.output.Streams;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** For {@code -v}: one line on standard error per call, of {@code key=value} after the verb. */
final class CallTrace {
    private final Streams streams;

    CallTrace(Streams streams) {
        this.streams = streams;
    }

    /** Thread: any. */
    void print(CallReport report) {
        StringJoiner line = new StringJoiner(" ", report.method() + ": ", "");
        if (report.error() != null) {
            line.add("error=" + report.error().getCode());
        }
        ResponseInfo info = report.info();
        if (info != null) {
            line.add("node=" + info.node());
            line.add("protocol=" + info.negotiated().protocol());
            line.add("transport=" + info.negotiated().transport());
            line.add("encoding=" + info.negotiated().encoding());
            line.add(String.format(Locale.ROOT, "ms=%.1f", info.duration().toNanos() / 1e6));
            line.add("attempts=" + info.attempts());
            if (!info.requestId().isEmpty()) {
                line.add("requestId=" + info.requestId());
            }
        }
        long revision = revision(report.response());
        if (revision > 0) {
            line.add("revision=" + revision);
        }
        DowngradeEvent downgrade = info == null ? null : info.negotiated().downgrade();
        if (downgrade != null) {
            line.add("downgrade=" + downgrade.reason() + " (" + downgrade.detail() + ")");
        }
        streams.err().println(line);
    }

    /** Of a mutation's result or of what a read saw; 0 if the answer names none. */
    private static long revision(@Nullable Message response) {
        if (response != null) {
            for (Object value : response.getAllFields().values()) {
                if (value instanceof MutationResult result) {
                    return result.getRevision();
                }
                if (value instanceof ReadInfo read) {
                    return read.getRevision();
                }
            }
        }
        return 0;
    }
}
