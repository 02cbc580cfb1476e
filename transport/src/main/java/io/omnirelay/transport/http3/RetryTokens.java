package io.omnirelay.transport.http3;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Validates the addresses of QUIC callers before anything is spent on them (RFC 9000 §8.1.2): the first packet
 * is answered by a token, and only who sends it back from the same address and port gets a connection.
 *
 * <p>Token: expiry in seconds (8 bytes), HMAC-SHA-256 cut to 16 bytes over expiry, address, port and connection
 * id, then the connection id. The key lives as long as the process: a token is good for seconds only.
 */
final class RetryTokens implements QuicTokenHandler {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int EXPIRY_BYTES = 8;
    private static final int MAC_BYTES = 16;
    private static final int HEAD_BYTES = EXPIRY_BYTES + MAC_BYTES;
    private static final int INVALID = -1;

    private final SecretKeySpec key;
    private final long lifetimeS;
    private final LongSupplier clockS;

    RetryTokens(Duration lifetime, LongSupplier clockS) {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        this.key = new SecretKeySpec(secret, ALGORITHM);
        this.lifetimeS = lifetime.toSeconds();
        this.clockS = clockS;
    }

    @Override
    public boolean writeToken(ByteBuf out, ByteBuf connectionId, InetSocketAddress address) {
        byte[] id = bytes(connectionId, connectionId.readerIndex(), connectionId.readableBytes());
        long expiry = clockS.getAsLong() + lifetimeS;
        out.writeLong(expiry).writeBytes(mac(expiry, address, id)).writeBytes(id);
        return true;
    }

    /** Where the connection id begins, or -1. */
    @Override
    public int validateToken(ByteBuf token, InetSocketAddress address) {
        int idBytes = token.readableBytes() - HEAD_BYTES;
        if (idBytes < 0 || idBytes > Quic.MAX_CONN_ID_LEN) {
            return INVALID;
        }
        int start = token.readerIndex();
        long expiry = token.getLong(start);
        byte[] mac = bytes(token, start + EXPIRY_BYTES, MAC_BYTES);
        byte[] id = bytes(token, start + HEAD_BYTES, idBytes);
        boolean holds = MessageDigest.isEqual(mac, mac(expiry, address, id)) && clockS.getAsLong() <= expiry;
        return holds ? HEAD_BYTES : INVALID;
    }

    @Override
    public int maxTokenLength() {
        return HEAD_BYTES + Quic.MAX_CONN_ID_LEN;
    }

    private byte[] mac(long expiry, InetSocketAddress address, byte[] id) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(ByteBuffer.allocate(12)
                    .putLong(expiry)
                    .putInt(address.getPort())
                    .flip());
            mac.update(address.getAddress().getAddress());
            return Arrays.copyOf(mac.doFinal(id), MAC_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
        }
    }

    private static byte[] bytes(ByteBuf from, int index, int length) {
        byte[] bytes = new byte[length];
        from.getBytes(index, bytes);
        return bytes;
    }
}
