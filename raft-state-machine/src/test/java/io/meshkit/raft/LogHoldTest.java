package io.meshkit.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LogHoldTest {
    private static final FollowerProgress LEVEL = new FollowerProgress(new NodeId("level"), 1_000, 0);

    private static long held(long matchIndex, long silentMs, long entriesHeldMax) {
        return LogHold.index(
                1_000,
                List.of(LEVEL, new FollowerProgress(new NodeId("behind"), matchIndex, silentMs)),
                entriesHeldMax);
    }

    @Test
    void index_memberBehindThatAnswers_isWhatItHas() {
        assertThat(held(400, 0, 10_000)).isEqualTo(400);
        assertThat(held(-1, LogHold.SILENT_MS - 1, 10_000)).isEqualTo(-1);
    }

    @Test
    void index_beyondTheBound_isTheBound() {
        assertThat(held(400, 0, 100)).isEqualTo(900);
        assertThat(held(400, 0, 0)).isEqualTo(1_000);
    }

    @Test
    void index_silentMemberOrNone_holdsNothing() {
        assertThat(held(400, LogHold.SILENT_MS, 10_000)).isEqualTo(1_000);
        assertThat(LogHold.index(1_000, List.of(), 10_000)).isEqualTo(1_000);
    }

    @Test
    void index_memberAheadOfWhatIsApplied_isWhatIsApplied() {
        assertThat(LogHold.index(1_000, List.of(new FollowerProgress(new NodeId("ahead"), 1_005, 0)), 10_000))
                .isEqualTo(1_000);
    }
}
