package io.omnirelay.transport.grpc.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Decompressor;
import io.grpc.Status;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MessageReaderTest {
    private static final int MAX = 1 << 20;

    /** Inflates whatever it is given to zeros without end. */
    private static final class Bomb extends InputStream implements Decompressor {
        final AtomicLong taken = new AtomicLong();

        @Override
        public String getMessageEncoding() {
            return "bomb";
        }

        @Override
        public InputStream decompress(InputStream in) {
            return this;
        }

        @Override
        public int read() {
            taken.incrementAndGet();
            return 0;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            taken.addAndGet(length);
            return length;
        }
    }

    @Test
    void open_inflatesWithoutEnd_isResourceExhaustedAfterOneByteTooMany() {
        Bomb bomb = new Bomb();
        MessageReader.Frame frame = new MessageReader.Frame(true, new byte[10]);

        assertThatThrownBy(() -> new MessageReader(MAX).open(frame, bomb))
                .satisfies(e -> assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED))
                .hasMessageContaining(String.valueOf(MAX));
        assertThat(bomb.taken).hasValue(MAX + 1L);
    }
}
