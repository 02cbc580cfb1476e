package io.meshkit.storage;

import static io.meshkit.storage.Bytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KeyTest {
    /** The bytes are on disk: this test fails when they change. */
    @Test
    void encoding_isStable() {
        byte[] key = new KeyWriter()
                .tag(2)
                .text("a\0é")
                .number(0x0102030405060708L)
                .bytes(hex("00ff"))
                .toBytes();

        assertThat(key).isEqualTo(hex("02" + "6100ffc3a90001" + "0102030405060708" + "00ffff0001"));
    }

    @Test
    void text_unpairedSurrogate_isRefused() {
        assertThatThrownBy(() -> new KeyWriter().text("a\uD800")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tag_outOfRange_isRefused() {
        assertThatThrownBy(() -> new KeyWriter().tag(256)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void read_truncatedOrLeftOver_isMalformed() {
        assertThatThrownBy(() -> new KeyReader(hex("01020304")).number()).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> new KeyReader(hex("6162")).text()).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> new KeyReader(hex("610002")).text()).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> new KeyReader(hex("ff0001")).text()).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> new KeyReader(hex("00")).end()).isInstanceOf(StorageException.class);
    }

    @Test
    void prefixEnd_allOnes_isNone() {
        assertThat(Keys.prefixEnd(hex("ffff"))).isNull();
        assertThat(Keys.prefixEnd(Keys.EMPTY)).isNull();
        assertThat(Keys.prefixEnd(hex("01ffff"))).isEqualTo(hex("02"));
    }
}
