package io.omnirelay.transport;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** HTTP/2 frames by hand, for what no well-behaved client would send. */
final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    static final int CANCEL = 8;
    static final int ENHANCE_YOUR_CALM = 11;

    /** {@code :status 200} as an entry of HPACK's static table. */
    static final int STATUS_200 = 0x88;

    /** Small, so that a server whose answers nobody reads feels it soon. */
    private static final int RECEIVE_BUFFER_BYTES = 4096;

    private final SSLSocket socket;
    private final OutputStream out;

    RawHttp2(int port) throws IOException {
        Socket plain = new Socket();
        plain.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
        plain.connect(new InetSocketAddress("localhost", port));
        socket = (SSLSocket) TestPki.sslContext(false).getSocketFactory().createSocket(plain, "localhost", port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        out = socket.getOutputStream();
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        send(frame(SETTINGS, 0, 0));
    }

    /** One frame. */
    static byte[] frame(int type, int flags, int stream, byte... payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    static byte[] reset(int stream) {
        return frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, CANCEL});
    }

    /** A request's whole head, from HPACK's static table and literals. */
    static byte[] head(String method, String path) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x87);
        literal(block, 0x02, method);
        literal(block, 0x04, path);
        literal(block, 0x01, "localhost");
        return block.toByteArray();
    }

    /** A field with a name of its own, to follow a head. */
    static byte[] field(String name, String value) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x00);
        text(block, name);
        text(block, value);
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, int name, String value) {
        block.write(name);
        text(block, value);
    }

    private static void text(ByteArrayOutputStream block, String text) {
        block.write(text.length());
        block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    void send(byte[]... frames) throws IOException {
        for (byte[] frame : frames) {
            out.write(frame);
        }
        out.flush();
    }

    /** Sends the same over and over until the server has closed; false if it takes them all. */
    boolean flood(byte[] frames, int times) {
        try {
            for (int i = 0; i < times; i++) {
                out.write(frames);
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Reads to the server's GOAWAY: its error code; -1 if the connection is closed without one. */
    int readGoAway() throws IOException {
        byte[] goAway = read(GOAWAY, 0);
        return goAway.length == 0 ? -1 : ByteBuffer.wrap(goAway).getInt(4);
    }

    /** Reads to what ends the stream without its being served: RST_STREAM, GOAWAY, or the head of an answer. */
    int readEnd(int stream) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            in.readUnsignedByte();
            int of = in.readInt();
            in.skipNBytes(length);
            if (type == GOAWAY || (of == stream && (type == RST_STREAM || type == HEADERS))) {
                return type;
            }
        }
    }

    /** Reads to the head of an answer: its first byte, which is its status; -1 if the connection is closed. */
    int readStatus(int stream) throws IOException {
        byte[] head = read(HEADERS, stream);
        return head.length == 0 ? -1 : head[0] & 0xFF;
    }

    /** The payload of the next such frame; empty if the connection is closed. */
    private byte[] read(int wanted, int wantedStream) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        try {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                in.readUnsignedByte();
                int stream = in.readInt();
                byte[] payload = in.readNBytes(length);
                if (type == wanted && stream == wantedStream) {
                    return payload;
                }
            }
        } catch (EOFException | SocketException e) {
            return new byte[0];
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
