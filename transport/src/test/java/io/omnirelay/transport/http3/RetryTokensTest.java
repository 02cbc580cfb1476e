package io.omnirelay.transport.http3;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetryTokensTest {
    private static final InetSocketAddress CALLER = new InetSocketAddress("192.0.2.1", 4433);
    private static final byte[] ID = {1, 2, 3, 4, 5, 6, 7, 8};

    private final AtomicLong clockS = new AtomicLong(1_000);
    private final RetryTokens tokens = new RetryTokens(Duration.ofSeconds(10), clockS::get);

    private ByteBuf token() {
        ByteBuf token = Unpooled.buffer();
        tokens.writeToken(token, Unpooled.wrappedBuffer(ID), CALLER);
        return token;
    }

    @Test
    void token_fromItsAddress_namesConnectionId() {
        ByteBuf token = token();
        int offset = tokens.validateToken(token.duplicate(), CALLER);

        assertThat(token.readableBytes()).isLessThanOrEqualTo(tokens.maxTokenLength());
        assertThat(token.slice(offset, token.readableBytes() - offset)).isEqualTo(Unpooled.wrappedBuffer(ID));
    }

    @Test
    void token_fromElsewhere_isInvalid() {
        assertThat(tokens.validateToken(token(), new InetSocketAddress("192.0.2.2", 4433)))
                .isEqualTo(-1);
        assertThat(tokens.validateToken(token(), new InetSocketAddress("192.0.2.1", 4434)))
                .isEqualTo(-1);
    }

    @Test
    void token_anyBitChanged_isInvalid() {
        for (int bit = 0; bit < token().readableBytes() * 8; bit++) {
            ByteBuf token = token();
            token.setByte(bit / 8, token.getByte(bit / 8) ^ 1 << bit % 8);
            assertThat(tokens.validateToken(token, CALLER)).isEqualTo(-1);
        }
    }

    @Test
    void token_old_isInvalid() {
        ByteBuf token = token();
        clockS.addAndGet(11);
        assertThat(tokens.validateToken(token, CALLER)).isEqualTo(-1);
    }

    @Test
    void token_ofAnotherServer_isInvalid() {
        assertThat(new RetryTokens(Duration.ofSeconds(10), clockS::get).validateToken(token(), CALLER))
                .isEqualTo(-1);
    }

    @Test
    void token_tooShortOrTooLong_isInvalid() {
        assertThat(tokens.validateToken(Unpooled.EMPTY_BUFFER, CALLER)).isEqualTo(-1);
        assertThat(tokens.validateToken(Unpooled.buffer().writeZero(23), CALLER))
                .isEqualTo(-1);
        assertThat(tokens.validateToken(Unpooled.buffer().writeZero(200), CALLER))
                .isEqualTo(-1);
    }
}
