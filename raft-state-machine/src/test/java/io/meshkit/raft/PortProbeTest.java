package io.meshkit.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortProbeTest {
    private static final int TIMEOUT_MS = 200;

    private final PortProbe probe = PortProbe.tcp(TIMEOUT_MS);

    private static Member member(String host, int port) {
        return Member.voter(new NodeId("node-1"), host, port);
    }

    @Test
    void refuses_whereNobodyListens_isTrue() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = socket.getLocalPort();
            assertThat(probe.refuses(member("127.0.0.1", port)))
                    .as("somebody listens")
                    .isFalse();
        }

        assertThat(probe.refuses(member("127.0.0.1", port))).isTrue();
    }

    @Test
    void refuses_ofANameThatNobodyKnows_isFalse() {
        assertThat(probe.refuses(member("nobody.invalid", 1))).isFalse();
    }

    /** A process that hangs accepts nothing; its kernel does until the queue is full, and then is silent. */
    @Test
    void refuses_ofAPortThatIsSilent_isFalse() throws Exception {
        List<Socket> waiting = new ArrayList<>();
        try (ServerSocket hangs = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            while (connects(waiting, hangs)) {
                assertThat(waiting).hasSizeLessThan(1_000);
            }

            assertThat(probe.refuses(member("127.0.0.1", hangs.getLocalPort()))).isFalse();
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    private static boolean connects(List<Socket> waiting, ServerSocket server) throws IOException {
        Socket socket = new Socket();
        waiting.add(socket);
        try {
            socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), TIMEOUT_MS);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }
}
