package io.meshkit.server.watch;

import com.google.protobuf.CodedOutputStream;
import io.meshkit.v1.WatchResponse;
import io.omnirelay.transport.EncodedMessage;
import io.omnirelay.transport.json.ProtoJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response without its resume token: what watchers with different tokens share.
 *
 * <p>In protobuf, fields may stand in any order, so the token's is simply put before the rest. In JSON the token is
 * the first member, and is put into its place. Thread: any number.
 */
final class EncodedBody {
    private static final byte[] JSON_HEAD = utf8("{\"resumeToken\":\"");

    private final byte[] protobuf;
    private final WatchResponse response;
    private final String eventName;
    private volatile byte @Nullable [] jsonTail;

    private EncodedBody(WatchResponse response, String eventName) {
        this.protobuf = response.toByteArray();
        this.response = response;
        this.eventName = eventName;
    }

    /** @param response without a token */
    static EncodedBody of(WatchResponse response, String eventName) {
        if (!response.getResumeToken().isEmpty()) {
            throw new IllegalArgumentException("the token belongs to the watcher");
        }
        return new EncodedBody(response, eventName);
    }

    /** @param token empty: none */
    EncodedMessage withToken(String token) {
        List<byte[]> parts = token.isEmpty() ? List.of(protobuf) : List.of(tokenField(token), protobuf);
        return new EncodedMessage(parts, () -> List.of(JSON_HEAD, utf8(token), jsonTail()), token, eventName);
    }

    private byte[] jsonTail() {
        byte[] known = jsonTail;
        if (known == null) {
            byte[] whole = ProtoJson.print(response);
            if (!Arrays.equals(whole, 0, JSON_HEAD.length, JSON_HEAD, 0, JSON_HEAD.length)) {
                throw new IllegalStateException("the resume token is not the first member of a watch's JSON");
            }
            known = Arrays.copyOfRange(whole, JSON_HEAD.length, whole.length);
            jsonTail = known;
        }
        return known;
    }

    private static byte[] tokenField(String token) {
        byte[] field = new byte[CodedOutputStream.computeStringSize(WatchResponse.RESUME_TOKEN_FIELD_NUMBER, token)];
        CodedOutputStream out = CodedOutputStream.newInstance(field);
        try {
            out.writeString(WatchResponse.RESUME_TOKEN_FIELD_NUMBER, token);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to an array of the right size", e);
        }
        out.checkNoSpaceLeft();
        return field;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
