package io.omnirelay.cli.output;

import java.util.concurrent.TimeUnit;

/** One line of progress: redrawn on a terminal, else a line now and then. Thread-safe. */
public final class Progress {
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final String CLEAR = "\r\u001b[K";

    private final Streams streams;
    private long shownAtNanos = System.nanoTime();
    private boolean drawn;

    public Progress(Streams streams) {
        this.streams = streams;
    }

    /** Shows the text if the last one has stood long enough. */
    public synchronized void show(String text) {
        long now = System.nanoTime();
        if (now - shownAtNanos < (streams.errTerminal() ? REDRAW_NANOS : LINE_NANOS)) {
            return;
        }
        shownAtNanos = now;
        if (streams.errTerminal()) {
            streams.err().print(CLEAR + text);
            drawn = true;
        } else {
            streams.err().println(text);
        }
        streams.err().flush();
    }

    /** A bar of {@code done} out of {@code total}. */
    public void show(String label, long done, long total) {
        int filled = total == 0 ? 20 : (int) (20 * done / total);
        show(label + " [" + "#".repeat(filled) + ".".repeat(20 - filled) + "] " + done + "/" + total);
    }

    /** Removes the line from a terminal. */
    public synchronized void clear() {
        if (drawn) {
            streams.err().print(CLEAR);
            streams.err().flush();
            drawn = false;
        }
    }
}
