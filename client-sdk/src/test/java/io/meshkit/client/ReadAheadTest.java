package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadAheadTest {
    private final ReadAhead readAhead = new ReadAhead();

    @Test
    void taken_beforeSynced_oneAtATime() {
        for (int i = 0; i < 20; i++) {
            assertThat(readAhead.taken(false)).isEqualTo(ReadAhead.FIRST);
        }
    }

    @Test
    void taken_onceSynced_asManyAsMayBeAhead_thenHalfOfThemAtOnce() {
        int awaited = ReadAhead.FIRST;
        int askings = 0;
        for (int i = 0; i < 1_000; i++) {
            awaited--;
            int more = readAhead.taken(true);
            awaited += more;
            askings += more > 0 ? 1 : 0;
            assertThat(awaited).isBetween(ReadAhead.MOST / 2 + 1, ReadAhead.MOST);
        }
        assertThat(askings).isEqualTo(1 + 999 / (ReadAhead.MOST / 2));
    }
}
