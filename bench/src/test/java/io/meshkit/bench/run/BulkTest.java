package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BulkTest {
    private final List<Integer> begun = new ArrayList<>();

    private CompletableFuture<Integer> end(int number) {
        begun.add(number);
        return CompletableFuture.completedFuture(0);
    }

    @Test
    void forEach_doesEachOnceInOrder_andTellsHowMany() throws InterruptedException {
        List<Integer> told = new ArrayList<>();
        Bulk.forEach(5, 2, this::end, failure -> false, told::add);
        assertThat(begun).containsExactly(0, 1, 2, 3, 4);
        assertThat(told).containsExactly(0, 1, 2, 3, 4);
        Bulk.forEach(0, 2, this::end, failure -> false, told::add);
        assertThat(begun).hasSize(5);
    }

    /** The first does not end before another thread has seen that the third was not begun. */
    @Test
    void forEach_oneThatHangs_keepsAllThatAreSoManyPlacesLaterFromBeginning() throws Exception {
        CompletableFuture<Integer> hanging = new CompletableFuture<>();
        CompletableFuture<Boolean> second = new CompletableFuture<>();
        List<Integer> before = new ArrayList<>();
        Thread main = Thread.currentThread();
        Thread ender = Thread.ofPlatform().start(() -> {
            second.join();
            while (main.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            before.addAll(begun);
            hanging.complete(0);
        });
        Bulk.forEach(
                4,
                2,
                number -> {
                    begun.add(number);
                    if (number == 1) {
                        second.complete(true);
                    }
                    return number == 0 ? hanging : CompletableFuture.completedFuture(0);
                },
                failure -> false,
                number -> {});
        ender.join();
        assertThat(before).containsExactly(0, 1);
        assertThat(begun).containsExactly(0, 1, 2, 3);
    }

    @Test
    void forEach_failure_beginsNoMore_andIsThrown() {
        IllegalStateException full = new IllegalStateException("full");
        assertThatThrownBy(() -> Bulk.forEach(
                        100,
                        4,
                        number -> number == 2 ? CompletableFuture.failedFuture(full) : end(number),
                        failure -> false,
                        number -> {}))
                .isSameAs(full);
        assertThat(begun).containsExactly(0, 1);
    }

    @Test
    void forEach_operationThatThrows_isAFailure() {
        assertThatThrownBy(() -> Bulk.forEach(
                        3,
                        4,
                        number -> {
                            throw new IllegalArgumentException("no such key");
                        },
                        failure -> false,
                        number -> {}))
                .hasMessage("no such key");
    }

    @Test
    void forEach_toleratedFailure_isNone() throws InterruptedException {
        Bulk.forEach(
                3,
                1,
                number -> number == 1 ? CompletableFuture.failedFuture(new IllegalStateException("gone")) : end(number),
                failure -> "gone".equals(failure.getMessage()),
                number -> {});
        assertThat(begun).containsExactly(0, 2);
    }
}
