package io.omnirelay.cli.mesh;

import com.google.protobuf.Message;
import io.meshkit.api.RegistryException;
import io.meshkit.client.ResyncReason;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchEventType;
import io.meshkit.v1.WatchResponse;
import io.omnirelay.cli.file.RecordKind;
import io.omnirelay.cli.output.Streams;
import io.omnirelay.cli.output.Table;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * For a terminal: the list as it is now, redrawn in place. While the connection is lost, and during a resync, it
 * shows what was known last.
 */
final class LiveTable<E extends Message> implements WatchView {
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long SIZE_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** Heading, the line of what is left out, status. */
    private static final int LINES_RESERVED = 3;

    private static final String HOME = "\u001b[H";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String CLEAR_ALL = "\u001b[2J";

    private final Streams streams;
    private final Watched<E> watched;
    private TreeMap<String, E> shown = new TreeMap<>();
    private TreeMap<String, E> arriving = new TreeMap<>();
    private boolean complete;
    private long revision;
    private String connection = "connecting";
    private boolean changed;
    private boolean drawn;
    private long drawnAtNanos;
    private long sizedAtNanos;
    private int width;
    private int height;

    LiveTable(Streams streams, Watched<E> watched) {
        this.streams = streams;
        this.watched = watched;
    }

    @Override
    public void received(WatchResponse message) {
        switch (message.getEventCase()) {
            case OPENED -> {
                arriving = new TreeMap<>();
                return;
            }
            case STATE -> {
                message.getState().getRecordsList().forEach(record -> put(arriving, record));
                return;
            }
            case SYNCED -> {
                shown = arriving;
                arriving = new TreeMap<>();
                complete = true;
            }
            case CHANGE -> message.getChange().getEventsList().forEach(this::apply);
            default -> {}
        }
        revision = message.getRevision();
        change();
    }

    private void apply(WatchEvent event) {
        if (event.getType() == WatchEventType.WATCH_EVENT_TYPE_PUT) {
            put(shown, event.getRecord());
        } else {
            shown.remove(event.getName());
        }
    }

    private void put(Map<String, E> into, RegistryRecord record) {
        E value = watched.unwrap().apply(record);
        into.put(RecordKind.nameOf(value), value);
    }

    @Override
    public void resync(ResyncReason reason, String detail) {
        connection = "beginning anew: " + detail;
        change();
    }

    @Override
    public void connected(String node) {
        connection = node;
        change();
    }

    @Override
    public void disconnected(RegistryException cause) {
        connection = "connection lost, trying again: " + cause.detail().getMessage();
        change();
    }

    private void change() {
        changed = true;
        if (!drawn || System.nanoTime() - drawnAtNanos >= REDRAW_NANOS) {
            draw();
        }
    }

    @Override
    public void idle() {
        if (changed) {
            draw();
        }
    }

    @Override
    public void end() {
        idle();
    }

    private void draw() {
        if (!complete) {
            return;
        }
        long now = System.nanoTime();
        if (!drawn || now - sizedAtNanos >= SIZE_NANOS) {
            width = streams.width();
            height = streams.height();
            sizedAtNanos = now;
        }
        StringBuilder screen = new StringBuilder(drawn ? HOME : CLEAR_ALL + HOME);
        for (String line : table().split("\n", -1)) {
            screen.append(line).append(line.isEmpty() ? "" : CLEAR_LINE + "\n");
        }
        int hidden = shown.size() - rows();
        if (hidden > 0) {
            screen.append("… and ")
                    .append(hidden)
                    .append(" more")
                    .append(CLEAR_LINE)
                    .append('\n');
        }
        String status = "revision " + revision + ", " + shown.size() + (shown.size() == 1 ? " record, " : " records, ")
                + connection;
        screen.append(status.length() > width ? status.substring(0, width - 1) + "…" : status);
        screen.append(CLEAR_LINE).append('\n').append(CLEAR_BELOW);
        streams.out().print(screen);
        streams.out().flush();
        drawn = true;
        changed = false;
        drawnAtNanos = now;
    }

    private int rows() {
        return Math.min(shown.size(), Math.max(1, height - LINES_RESERVED - 1));
    }

    private String table() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Map<String, String> environment = new HashMap<>(streams.environment());
        environment.put("COLUMNS", Integer.toString(width));
        try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            Table<E>.Printer printer = watched.table()
                    .printer(new Streams(
                            streams.in(),
                            out,
                            streams.err(),
                            streams.inTerminal(),
                            streams.outTerminal(),
                            streams.errTerminal(),
                            environment));
            shown.values().stream().limit(rows()).forEach(printer::add);
            printer.finish();
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
