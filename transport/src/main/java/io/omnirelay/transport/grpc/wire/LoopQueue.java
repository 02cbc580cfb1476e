package io.omnirelay.transport.grpc.wire;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries steps from any thread to an event loop, in order, waking it once for as many as have gathered.
 *
 * <p>After each batch {@code flush} runs, so that what one answer consists of leaves in one packet.
 */
public final class LoopQueue {
    private static final Logger LOG = LoggerFactory.getLogger(LoopQueue.class);
    private static final int BATCH_STEPS = 128;

    private final EventLoop loop;
    private final Runnable flush;
    private final Queue<Runnable> steps = new ArrayDeque<>();
    private boolean scheduled;

    public LoopQueue(EventLoop loop, Runnable flush) {
        this.loop = loop;
        this.flush = flush;
    }

    /** Runs a step soon, on the event loop. Dropped if the loop has shut down: there is no connection any more. */
    public void add(Runnable step) {
        synchronized (steps) {
            steps.add(step);
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        try {
            loop.execute(this::run);
        } catch (RejectedExecutionException e) {
            synchronized (steps) {
                steps.clear();
                scheduled = false;
            }
        }
    }

    private void run() {
        for (int i = 0; i < BATCH_STEPS; i++) {
            Runnable step;
            synchronized (steps) {
                step = steps.poll();
                if (step == null) {
                    scheduled = false;
                    break;
                }
            }
            try {
                step.run();
            } catch (RuntimeException e) {
                LOG.error("A step on the event loop failed unexpectedly", e);
            }
        }
        flush.run();
        synchronized (steps) {
            if (!scheduled) {
                return;
            }
        }
        // More than a batch: let other connections have their turn first.
        loop.execute(this::run);
    }
}
