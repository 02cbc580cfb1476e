package io.meshkit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.v1.ErrorDetail.Applied;
import java.util.List;

/**
 * One row of a table of rejections: after these mutations, this request meets this error.
 *
 * @param says part of the message or the hint
 */
record Refusal(String name, List<Message> given, Message request, ErrorCode code, String says) {
    static Refusal of(String name, Message request, ErrorCode code, String says, Message... given) {
        return new Refusal(name, List.of(given), request, code, says);
    }

    /** Checks the row, and that the rejection left no trace but its dedupe row. */
    void verify() {
        try (Registry registry = new Registry()) {
            for (Message step : given) {
                Registry.Answer answer = registry.mutate(step);
                assertThat(answer.error()).as("given %s", step).isNull();
            }
            String before = Digests.records(registry.store);
            long revision = StateMeta.revision(registry.store);
            Registry.Answer answer = registry.mutate(request);
            assertThat(answer.isRejected())
                    .as("rejected: %s", answer.response())
                    .isTrue();
            assertThat(answer.code()).as(answer.error().getMessage()).isEqualTo(code);
            assertThat(answer.error().getMessage() + " | " + answer.error().getHint() + " | "
                            + answer.error().getField())
                    .contains(says);
            assertThat(answer.error().getApplied()).isEqualTo(Applied.APPLIED_NO);
            assertThat(answer.error().getHint()).isNotEmpty();
            assertThat(StateMeta.revision(registry.store)).isEqualTo(revision);
            assertThat(Digests.records(registry.store)).isEqualTo(before);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
