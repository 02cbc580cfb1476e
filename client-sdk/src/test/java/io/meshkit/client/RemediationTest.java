package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import org.junit.jupiter.api.Test;

class RemediationTest {

    @Test
    void text_inDoubt_saysHowToSettleIt() {
        assertThat(Remediation.text(RegistryException.detail(ErrorCode.LEADERSHIP_LOST, "m", "Look there.")
                        .build()))
                .isEqualTo("Look there. It may have been applied: repeat it with the same request id, or read the"
                        + " record.");
    }

    @Test
    void text_rejectionWithoutHint_isEmpty() {
        assertThat(Remediation.text(
                        RegistryException.detail(ErrorCode.NOT_FOUND, "m", "").build()))
                .isEmpty();
    }

    @Test
    void text_retryDelay_isNamed() {
        assertThat(Remediation.text(RegistryException.detail(ErrorCode.OVERLOADED, "m", "")
                        .setRetryDelay(RegistryException.millis(1500))
                        .build()))
                .isEqualTo("Nothing was changed; trying again can help. Try again in 1.5 s.");
    }
}
