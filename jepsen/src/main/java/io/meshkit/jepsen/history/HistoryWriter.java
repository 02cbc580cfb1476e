package io.meshkit.jepsen.history;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records a history as it happens.
 *
 * <p>Index and time are given under one lock. Record an invocation before the request leaves and a completion
 * after the answer came: the history then claims no order that did not exist.
 *
 * <p>Thread: any number.
 */
public final class HistoryWriter implements AutoCloseable {
    private final BufferedWriter out;
    private final LongSupplier clockNanos;
    private long nextIndex;

    private HistoryWriter(BufferedWriter out, LongSupplier clockNanos) {
        this.out = out;
        this.clockNanos = clockNanos;
    }

    /** Creates or replaces the file. */
    public static HistoryWriter open(Path file) throws IOException {
        return open(file, System::nanoTime);
    }

    /** @param clockNanos monotonic */
    public static HistoryWriter open(Path file, LongSupplier clockNanos) throws IOException {
        return new HistoryWriter(Files.newBufferedWriter(file), clockNanos);
    }

    public void append(String process, EventType type, String f, @Nullable String key, @Nullable JsonElement value) {
        append(process, type, f, key, value, new JsonObject());
    }

    /** @param details further members of the line */
    public synchronized void append(
            String process,
            EventType type,
            String f,
            @Nullable String key,
            @Nullable JsonElement value,
            JsonObject details) {
        Event event = new Event(nextIndex, clockNanos.getAsLong(), process, type, f, key, value);
        details.entrySet().forEach(detail -> event.details().add(detail.getKey(), detail.getValue()));
        try {
            out.write(EventJson.write(event));
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        nextIndex++;
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
