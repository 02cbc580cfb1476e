package io.meshkit.server.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.codahale.metrics.MetricRegistry;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.server.admission.Admission.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private final MetricRegistry metrics = new MetricRegistry();
    private long nowNanos = Long.MAX_VALUE - 5; // The clock may wrap.

    private Admission admission(AdmissionLimits limits) {
        return new Admission(limits, () -> nowNanos, metrics);
    }

    private static RegistryException refusal(Admission admission, String who, Kind kind) {
        RegistryException refusal = catchThrowableOfType(RegistryException.class, () -> admission.admit(who, kind));
        assertThat(refusal).as("%s by %s is refused", kind, who).isNotNull();
        assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refusal.detail().hasRetryDelay()).isTrue();
        return refusal;
    }

    @Test
    void rate_burstThenWaits_asLongAsTheHintSays() {
        Admission admission = admission(new AdmissionLimits(10, 3, 100, 100, 10));
        for (int i = 0; i < 3; i++) {
            admission.admit("a", Kind.ORDINARY).close();
        }
        RegistryException refused = refusal(admission, "a", Kind.ORDINARY);
        assertThat(refused.detail().getRetryDelay().getNanos()).isEqualTo(101_000_000);
        refusal(admission, "a", Kind.WATCH);
        // Others are not concerned, and keep-alives have no rate.
        admission.admit("b", Kind.ORDINARY).close();
        admission.admit("a", Kind.RESERVED).close();

        nowNanos += TimeUnit.MILLISECONDS.toNanos(101);
        admission.admit("a", Kind.ORDINARY).close();
        refusal(admission, "a", Kind.ORDINARY);
        assertThat(metrics.counter("meshkit_admission_refused_total{limit=\"rate\"}")
                        .getCount())
                .isEqualTo(3);
    }

    @Test
    void rate_zero_isNone() {
        Admission admission = admission(new AdmissionLimits(0, 1, 100, 100, 10));
        for (int i = 0; i < 10_000; i++) {
            admission.admit("a", Kind.ORDINARY).close();
        }
    }

    @Test
    void identityCalls_beyondTheLimit_areRefusedUntilOneEnds() {
        Admission admission = admission(new AdmissionLimits(0, 1, 2, 100, 10));
        Admission.Permit first = admission.admit("a", Kind.ORDINARY);
        admission.admit("a", Kind.ORDINARY);
        refusal(admission, "a", Kind.ORDINARY);
        admission.admit("b", Kind.ORDINARY);

        first.close();
        first.close();
        admission.admit("a", Kind.ORDINARY);
        refusal(admission, "a", Kind.ORDINARY);
    }

    @Test
    void reserve_isLeftForKeepAlivesAndAdministration() {
        Admission admission = admission(new AdmissionLimits(0, 1, 100, 10, 20));
        List<Admission.Permit> ordinary = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ordinary.add(admission.admit("a" + i, Kind.ORDINARY));
        }
        refusal(admission, "x", Kind.ORDINARY);
        admission.admit("x", Kind.RESERVED);
        admission.admit("y", Kind.RESERVED);
        refusal(admission, "z", Kind.RESERVED);

        ordinary.get(0).close();
        admission.admit("z", Kind.RESERVED);
    }

    @Test
    void watches_takeNoPlaceAmongTheCalls() {
        Admission admission = admission(new AdmissionLimits(0, 1, 1, 1, 0));
        admission.admit("a", Kind.WATCH);
        admission.admit("a", Kind.WATCH);
        admission.admit("a", Kind.ORDINARY);
    }

    @Test
    void identities_thatAreIdle_areForgottenAtTheLimit() {
        Admission admission = admission(new AdmissionLimits(1_000_000_000, 1, 10, 20_000, 0));
        Admission.Permit busy = admission.admit("busy", Kind.ORDINARY);
        for (int i = 0; i < 2 * Admission.IDENTITIES_MAX; i++) {
            nowNanos += 10;
            admission.admit("p" + i, Kind.ORDINARY).close();
        }
        assertThat(metrics.getGauges().get("meshkit_admission_identities").getValue())
                .isInstanceOfSatisfying(
                        Integer.class, size -> assertThat(size).isBetween(1, Admission.IDENTITIES_MAX + 1));
        busy.close();
        assertThat(metrics.getGauges().get("meshkit_admission_calls").getValue())
                .isEqualTo(0);
    }
}
