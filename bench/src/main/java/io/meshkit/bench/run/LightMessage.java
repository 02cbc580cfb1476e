package io.meshkit.bench.run;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.grpc.MethodDescriptor;
import io.meshkit.v1.WatchChange;
import io.meshkit.v1.WatchResponse;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a measurement needs of a watch's message, taken out of its bytes: a thousand watchers in one process must not
 * cost more than the node that serves them.
 *
 * @param event      field number of the event in {@code WatchResponse}
 * @param stampNanos what the writer put into the change's reason: when it was sent; 0: none
 */
record LightMessage(int event, long revision, long stampNanos, String resumeToken) {

    boolean isChange() {
        return event == WatchResponse.CHANGE_FIELD_NUMBER;
    }

    boolean isSynced() {
        return event == WatchResponse.SYNCED_FIELD_NUMBER;
    }

    /** Reads {@code WatchResponse}s; writes nothing. */
    static MethodDescriptor.Marshaller<LightMessage> marshaller() {
        return new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(LightMessage message) {
                throw new UnsupportedOperationException("only servers send these");
            }

            @Override
            public LightMessage parse(InputStream stream) {
                try {
                    return read(CodedInputStream.newInstance(stream));
                } catch (IOException e) {
                    throw new IllegalStateException("not a message of a watch", e);
                }
            }
        };
    }

    static LightMessage read(CodedInputStream in) throws IOException {
        int event = 0;
        long revision = 0;
        long stamp = 0;
        String token = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            if (field == WatchResponse.RESUME_TOKEN_FIELD_NUMBER) {
                token = in.readString();
            } else if (field == WatchResponse.REVISION_FIELD_NUMBER) {
                revision = in.readInt64();
            } else {
                event = field;
                if (field == WatchResponse.CHANGE_FIELD_NUMBER) {
                    int limit = in.pushLimit(in.readRawVarint32());
                    stamp = stamp(in);
                    in.popLimit(limit);
                } else {
                    in.skipField(tag);
                }
            }
        }
        return new LightMessage(event, revision, stamp, token);
    }

    private static long stamp(CodedInputStream in) throws IOException {
        long stamp = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == WatchChange.REASON_FIELD_NUMBER) {
                stamp = number(in.readString());
            } else {
                in.skipField(tag);
            }
        }
        return stamp;
    }

    /** Reasons of others are no stamps. */
    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
