package io.meshkit.server.leases;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the lessor look at its leases, every {@link Lessor#TICK_MS}. */
public final class LessorThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LessorThread.class);

    private final Lessor lessor;
    private final Thread thread;
    private volatile boolean closed;

    private LessorThread(Lessor lessor) {
        this.lessor = lessor;
        this.thread = Thread.ofPlatform().name("lessor").daemon().unstarted(this::run);
    }

    public static LessorThread start(Lessor lessor) {
        LessorThread started = new LessorThread(lessor);
        started.thread.start();
        return started;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        while (!closed) {
            try {
                Thread.sleep(Lessor.TICK_MS);
                lessor.tick();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("the lessor failed; it goes on", e);
            }
        }
    }
}
