package io.omnirelay.transport.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {
    @Test
    void tasks_ofManyThreads_runOneAtATimeInOrder() throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            SerialExecutor serial = new SerialExecutor(pool);
            AtomicInteger inside = new AtomicInteger();
            List<Integer> seen = new ArrayList<>();
            CountDownLatch done = new CountDownLatch(1000);
            for (int i = 0; i < 1000; i++) {
                int number = i;
                serial.execute(() -> {
                    assertThat(inside.incrementAndGet()).isEqualTo(1);
                    seen.add(number);
                    inside.decrementAndGet();
                    done.countDown();
                });
            }
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(seen).isSorted().hasSize(1000);
        }
    }

    @Test
    void executor_rejects_isToldAndNothingSticks() {
        ExecutorService closed = Executors.newSingleThreadExecutor();
        closed.shutdown();
        SerialExecutor serial = new SerialExecutor(closed);

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> serial.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        }
    }
}
