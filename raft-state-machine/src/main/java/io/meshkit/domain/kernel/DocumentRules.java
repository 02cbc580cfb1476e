package io.meshkit.domain.kernel;

import com.google.protobuf.Struct;
import io.meshkit.v1.ErrorDetail;
import java.util.Optional;

/**
 * What some config documents must be beyond the limits of all: known outside of the registry, by name of the document.
 *
 * <p>Asked on every replica as the document is changed, so the answer must be a pure function of the arguments, the
 * same in every version of a quorum that runs together: no clock, no configuration of the host (ADR-0007).
 */
@FunctionalInterface
public interface DocumentRules {
    /** Everything is right. */
    DocumentRules NONE = (name, document, timeMs) -> Optional.empty();

    /**
     * Why the document cannot be so.
     *
     * @param document as it would be stored
     * @param timeMs   log time, Unix ms
     */
    Optional<ErrorDetail> check(String name, Struct document, long timeMs);
}
