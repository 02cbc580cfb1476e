package io.meshkit.jepsen.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.ErrorDetail.Applied;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the table. */
class OutcomeTest {
    /** Written out, so that a code that changes its mind about what was applied is noticed here. */
    private static final Set<ErrorCode> MAY_HAVE_BEEN_APPLIED = EnumSet.of(
            ErrorCode.LEADERSHIP_LOST, ErrorCode.DEADLINE_EXCEEDED, ErrorCode.CORRUPTION, ErrorCode.INTERNAL);

    static Throwable[] unforeseen() {
        return new Throwable[] {
            new IllegalStateException("a bug"),
            new CancellationException(),
            new NullPointerException(),
            Status.UNAVAILABLE.asRuntimeException(),
            Status.NOT_FOUND.asRuntimeException(),
            new InterruptedException(),
            new OutOfMemoryError()
        };
    }

    private static RegistryException of(ErrorCode code, Applied applied) {
        return new RegistryException(ErrorDetail.newBuilder()
                .setCode(code.name())
                .setMessage("m")
                .setApplied(applied)
                .build());
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void mutation_byCode(ErrorCode code) {
        RegistryException failure = RegistryException.of(code, "m", "h");

        assertThat(Outcome.of(failure, false))
                .isEqualTo(MAY_HAVE_BEEN_APPLIED.contains(code) ? EventType.INFO : EventType.FAIL);
        assertThat(Outcome.name(failure)).isEqualTo(code.name());
    }

    /** What the detail says counts, not what its code says in general. */
    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void mutation_byWhatWasApplied(ErrorCode code) {
        assertThat(Outcome.of(of(code, Applied.APPLIED_NO), false)).isEqualTo(EventType.FAIL);
        assertThat(Outcome.of(of(code, Applied.APPLIED_UNKNOWN), false)).isEqualTo(EventType.INFO);
        assertThat(Outcome.of(of(code, Applied.APPLIED_UNSPECIFIED), false)).isEqualTo(EventType.INFO);
    }

    @Test
    void mutation_appliedOfANewerVersion_isUnknown() {
        RegistryException failure = new RegistryException(ErrorDetail.newBuilder()
                .setCode("NOT_FOUND")
                .setMessage("m")
                .setAppliedValue(99)
                .build());

        assertThat(Outcome.of(failure, false)).isEqualTo(EventType.INFO);
    }

    @ParameterizedTest
    @MethodSource("unforeseen")
    void mutation_unforeseen_isUnknown(Throwable failure) {
        assertThat(Outcome.of(failure, false)).isEqualTo(EventType.INFO);
        assertThat(Outcome.name(failure)).isEqualTo(failure.getClass().getSimpleName());
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void read_failsWithoutEffect(ErrorCode code) {
        for (Applied applied : Set.of(Applied.APPLIED_NO, Applied.APPLIED_UNKNOWN, Applied.APPLIED_UNSPECIFIED)) {
            assertThat(Outcome.of(of(code, applied), true)).isEqualTo(EventType.FAIL);
        }
        assertThat(Outcome.of(new IllegalStateException(), true)).isEqualTo(EventType.FAIL);
    }
}
