package io.meshkit.server.observe;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object per log event: {@code time, level, logger, thread, message}, then the event's own keys
 * ({@code request_id}, {@code principal}, {@code revision}, …), then {@code error}.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
    private final ThrowableProxyConverter throwables = new ThrowableProxyConverter();

    @Override
    public void start() {
        throwables.setContext(getContext());
        throwables.start();
        super.start();
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder out = new StringBuilder(256).append('{');
        member(out, "time", Instant.ofEpochMilli(event.getTimeStamp()).toString());
        member(out, "level", event.getLevel().toString());
        member(out, "logger", event.getLoggerName());
        member(out, "thread", event.getThreadName());
        member(out, "message", event.getFormattedMessage());
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                if (pair.value instanceof Number number) {
                    name(out, pair.key).append(number);
                } else {
                    member(out, pair.key, String.valueOf(pair.value));
                }
            }
        }
        for (Map.Entry<String, String> entry : event.getMDCPropertyMap().entrySet()) {
            member(out, entry.getKey(), entry.getValue());
        }
        if (event.getThrowableProxy() != null) {
            member(out, "error", throwables.convert(event));
        }
        return out.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }

    private static void member(StringBuilder out, String name, String value) {
        Json.string(name(out, name), value);
    }

    private static StringBuilder name(StringBuilder out, String name) {
        if (out.length() > 1) {
            out.append(',');
        }
        return Json.string(out, name).append(':');
    }
}
