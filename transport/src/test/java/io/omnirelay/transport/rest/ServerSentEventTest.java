package io.omnirelay.transport.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.v1.ReadInfo;
import io.meshkit.v1.WatchBookmark;
import io.meshkit.v1.WatchOpened;
import io.meshkit.v1.WatchResponse;
import io.omnirelay.transport.EncodedMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerSentEventTest {
    private static String text(Object message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : ServerSentEvent.of(message)) {
            out.writeBytes(part);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void plainMessage_namesItselfByItsFields() {
        WatchResponse message = WatchResponse.newBuilder()
                .setResumeToken("t-1")
                .setRevision(7)
                .setBookmark(WatchBookmark.newBuilder().setNodeRevision(9))
                .build();

        assertThat(text(message))
                .isEqualTo("id: t-1\nevent: bookmark\n"
                        + "data: {\"resumeToken\":\"t-1\",\"revision\":7,\"bookmark\":{\"nodeRevision\":9}}\n\n");
    }

    @Test
    void plainMessage_withoutAToken_hasAnEmptyId() {
        WatchResponse message = WatchResponse.newBuilder()
                .setOpened(WatchOpened.getDefaultInstance())
                .build();

        assertThat(text(message)).startsWith("id: \nevent: opened\ndata: {");
    }

    @Test
    void plainMessage_ofAnotherKind_isDataAlone() {
        assertThat(text(ReadInfo.newBuilder().setRevision(3).build())).startsWith("data: {\"revision\":3");
    }

    @Test
    void encodedMessage_isItsParts() {
        EncodedMessage message =
                new EncodedMessage(List.of(), () -> List.of(utf8("{\"a\":"), utf8("1}")), "id-1", "change");

        assertThat(text(message)).isEqualTo("id: id-1\nevent: change\ndata: {\"a\":1}\n\n");
    }
}
