package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one search.
 *
 * @param reason  why the verdict is what it is, in one line
 * @param order   VALID: an order that explains everything; else the longest found that explains a beginning
 * @param stuckAt INVALID: the operation that returned, and that nothing could bring in after that longest order
 * @param steps   model steps taken
 */
public record Linearization(
        Verdict verdict,
        String reason,
        List<Operation> order,
        @Nullable Operation stuckAt,
        long steps) {
    public Linearization {
        order = List.copyOf(order);
    }
}
