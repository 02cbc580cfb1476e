package io.meshkit.bench.systems;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.v1.TransactRequest;
import org.junit.jupiter.api.Test;

class MeshKitDriverTest {
    /** Half of what a server takes unless it is told otherwise. */
    private static final int REQUEST_BYTES = 512 << 10;

    @Test
    void transaction_ofAnySizeOfValues_staysWellBelowTheLimits() {
        for (int bytes : new int[] {1, 256, 1024, 4096, 10_000, Dataset.VALUE_BYTES_MAX}) {
            int most = MeshKitDriver.putAllMax(bytes);
            TransactRequest request = MeshKitDriver.transaction(
                    Dataset.of("bench-growth-" + bytes, 1_000_000, bytes), 0, most, new Stamps());
            assertThat(request.getOperationsCount())
                    .isEqualTo(most)
                    .isPositive()
                    .isLessThanOrEqualTo(DomainLimits.TRANSACTION_OPERATIONS_MAX);
            assertThat(request.getSerializedSize()).isLessThan(REQUEST_BYTES);
            // A transaction's records count before and after.
            assertThat(2L * request.getSerializedSize()).isLessThan(DomainLimits.DEFAULTS.transactionBytesMax());
        }
        assertThat(MeshKitDriver.putAllMax(1024)).isEqualTo(100);
        assertThat(MeshKitDriver.putAllMax(Dataset.VALUE_BYTES_MAX)).isEqualTo(3);
    }

    @Test
    void transaction_holdsTheKeysAsked_eachWithAValueOfItsOwn() {
        Dataset dataset = Dataset.of("bench", 10, 100);
        TransactRequest request = MeshKitDriver.transaction(dataset, 3, 6, new Stamps());
        assertThat(request.getOperationsList())
                .extracting(operation -> operation.getUpsertShard().getShard().getShardId())
                .containsExactly("s0000003", "s0000004", "s0000005");
        assertThat(request.getOperationsList())
                .extracting(operation ->
                        operation.getUpsertShard().getShard().getMeta().getAnnotationsMap())
                .doesNotHaveDuplicates();
    }
}
