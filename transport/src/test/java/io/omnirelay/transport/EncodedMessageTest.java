package io.omnirelay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.protobuf.ProtoUtils;
import io.meshkit.v1.WatchBookmark;
import io.meshkit.v1.WatchResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncodedMessageTest {
    private static final WatchResponse WHOLE = WatchResponse.newBuilder()
            .setResumeToken("token")
            .setRevision(300)
            .setBookmark(WatchBookmark.newBuilder().setNodeRevision(301))
            .build();

    private static EncodedMessage inParts() {
        byte[] token =
                WatchResponse.newBuilder().setResumeToken("token").build().toByteArray();
        byte[] rest = WHOLE.toBuilder().clearResumeToken().build().toByteArray();
        return new EncodedMessage(List.of(token, new byte[0], rest), List::of, "", "bookmark");
    }

    private static InputStream stream() {
        return EncodedMessage.marshaller(ProtoUtils.marshaller(WatchResponse.getDefaultInstance())).stream(inParts());
    }

    @Test
    void stream_drained_isTheMessage() throws IOException {
        InputStream stream = stream();
        int length = stream.available();
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertThat(stream).isInstanceOf(KnownLength.class);
        assertThat(((Drainable) stream).drainTo(out)).isEqualTo(length);
        assertThat(WatchResponse.parseFrom(out.toByteArray())).isEqualTo(WHOLE);
        assertThat(stream.available()).isZero();
        assertThat(inParts().bytes()).isEqualTo(length);
    }

    @Test
    void stream_read_isTheMessage() throws IOException {
        try (InputStream stream = stream()) {
            int first = stream.read();
            byte[] rest = stream.readAllBytes();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(first);
            out.writeBytes(rest);
            assertThat(WatchResponse.parseFrom(out.toByteArray())).isEqualTo(WHOLE);
            assertThat(stream.read()).isEqualTo(-1);
        }
    }
}
