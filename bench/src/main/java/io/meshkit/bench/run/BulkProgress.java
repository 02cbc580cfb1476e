package io.meshkit.bench.run;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** Says every few seconds how far many operations have come. Not thread-safe. */
final class BulkProgress implements IntConsumer {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final PrintWriter progress;
    private final int of;
    private long saidNanos = System.nanoTime();

    BulkProgress(PrintWriter progress, int of) {
        this.progress = progress;
        this.of = of;
    }

    @Override
    public void accept(int begun) {
        long now = System.nanoTime();
        if (now - saidNanos >= EVERY_NANOS) {
            saidNanos = now;
            progress.println(String.format(Locale.ROOT, "  %,d of %,d", begun, of));
            progress.flush();
        }
    }
}
