package io.meshkit.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;
import org.yaml.snakeyaml.Yaml;

class LoggingTest {
    private static String line(LoggingEvent event) {
        LoggerContext context = new LoggerContext();
        JsonLines encoder = new JsonLines();
        encoder.setContext(context);
        encoder.start();
        event.setLoggerContext(context);
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    private static LoggingEvent event(String message) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerName("io.meshkit.Test");
        event.setLevel(Level.WARN);
        event.setMessage(message);
        event.setThreadName("t");
        event.setMDCPropertyMap(Map.of());
        return event;
    }

    @Test
    void encode_keysOfTheEvent_areMembers() {
        LoggingEvent event = event("slow request");
        event.setKeyValuePairs(List.of(
                new KeyValuePair("principal", "admin"),
                new KeyValuePair("request_id", "r-1"),
                new KeyValuePair("revision", 42L)));

        assertThat(line(event))
                .endsWith(
                        "\"message\":\"slow request\",\"principal\":\"admin\",\"request_id\":\"r-1\",\"revision\":42}\n");
    }

    @Test
    void encode_quotesLineBreaksAndAnError_areOneLineOfJson() {
        LoggingEvent event = event("a \"b\"\n\\c\u0001");
        event.setThrowableProxy(new ThrowableProxy(new IllegalStateException("broken")));

        String line = line(event);

        assertThat(line.lines()).hasSize(1);
        // JSON is YAML, so a reader that is no writer of ours can be had for nothing.
        Map<String, Object> parsed = new Yaml().load(line);
        assertThat(parsed).containsEntry("message", "a \"b\"\n\\c\u0001");
        assertThat((String) parsed.get("error")).contains("IllegalStateException: broken");
    }
}
