package io.meshkit.domain.kernel;

import com.google.protobuf.Message;
import io.meshkit.v1.ErrorDetail;

/** What a verb decides about its one record. */
public sealed interface Decision<T extends Message> {
    /**
     * The record shall be so. Of its header only labels and annotations count; if nothing differs from the
     * current record, nothing changes.
     *
     * @param failoverEpoch the mesh's failover epoch that the change establishes; 0: leaves it
     */
    record Put<T extends Message>(T record, long failoverEpoch) implements Decision<T> {}

    /** The record shall be gone. */
    record Remove<T extends Message>() implements Decision<T> {}

    record Refuse<T extends Message>(ErrorDetail error) implements Decision<T> {}

    static <T extends Message> Decision<T> put(T record) {
        return new Put<>(record, 0);
    }

    static <T extends Message> Decision<T> remove() {
        return new Remove<>();
    }

    static <T extends Message> Decision<T> refuse(ErrorDetail error) {
        return new Refuse<>(error);
    }
}
