package io.omnirelay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** A well-behaved client on a connection of its own, that goes on calling while another one attacks. */
public final class Bystander implements AutoCloseable {
    private static final int CALLS = 20;

    private final AtomicInteger served = new AtomicInteger();
    private final Thread caller;
    private volatile boolean done;
    private volatile Throwable failure;

    /** @param call true if it was answered as it should be */
    public Bystander(Callable<Boolean> call) throws Exception {
        caller = Thread.ofVirtual().start(() -> {
            try {
                while (!done) {
                    assertThat(call.call()).as("answered as it should be").isTrue();
                    served.incrementAndGet();
                }
            } catch (Throwable e) {
                failure = e;
            }
        });
        awaitCalls();
    }

    /** Waits for a number of further calls to be answered; fails as soon as one is not. */
    public void awaitCalls() throws Exception {
        int before = served.get();
        Await.until(() -> failure != null || served.get() >= before + CALLS);
        assertThat(failure).isNull();
    }

    @Override
    public void close() throws InterruptedException {
        done = true;
        caller.join();
    }
}
