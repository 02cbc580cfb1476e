package io.omnirelay.cli.mesh;

import io.omnirelay.cli.output.Streams;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** While open: Ctrl-C, or a TERM signal, is how the command is meant to end, and the process exits with 0. */
final class Interrupt implements AutoCloseable {
    private static final long GRACE_SECONDS = 2;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    /** @param stop makes the command end soon; must not block */
    Interrupt(Runnable stop, Streams streams) {
        hook = new Thread(() -> stop(stop, streams), "stop-watch");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void stop(Runnable stop, Streams streams) {
        stop.run();
        try {
            var unused = ended.await(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        streams.flush();
        Runtime.getRuntime().halt(0);
    }

    /** The command has shown everything. */
    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already, and the hook says with which code.
        }
    }
}
