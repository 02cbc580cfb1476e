package io.meshkit.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands before a server on another port, TCP and UDP, and swallows UDP while it is shut. */
final class Gate implements AutoCloseable {
    private final int target;
    private final ServerSocket tcp;
    private final DatagramSocket udp;
    private final Map<SocketAddress, DatagramSocket> callers = new ConcurrentHashMap<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean shut;

    Gate(int target) throws IOException {
        this.target = target;
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        this.tcp = new ServerSocket(0, 50, loopback);
        this.udp = new DatagramSocket(tcp.getLocalPort(), loopback);
        daemon(this::accept);
        daemon(this::forward);
    }

    int port() {
        return tcp.getLocalPort();
    }

    void shut(boolean value) {
        shut = value;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // Closed, by either side.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket caller = tcp.accept();
            Socket server = new Socket("127.0.0.1", target);
            sockets.add(caller);
            sockets.add(server);
            daemon(() -> copy(caller, server));
            daemon(() -> copy(server, caller));
        }
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        }
    }

    private void forward() throws IOException {
        while (true) {
            DatagramPacket packet = receive(udp);
            DatagramSocket toServer = callers.get(packet.getSocketAddress());
            if (toServer == null) {
                DatagramSocket made = new DatagramSocket();
                made.connect(new InetSocketAddress("127.0.0.1", target));
                SocketAddress caller = packet.getSocketAddress();
                callers.put(caller, made);
                daemon(() -> answer(made, caller));
                toServer = made;
            }
            if (!shut) {
                try {
                    toServer.send(new DatagramPacket(packet.getData(), packet.getLength()));
                } catch (IOException e) {
                    // The server is away.
                }
            }
        }
    }

    private void answer(DatagramSocket fromServer, SocketAddress caller) throws IOException {
        while (!fromServer.isClosed()) {
            try {
                DatagramPacket packet = receive(fromServer);
                if (!shut) {
                    udp.send(new DatagramPacket(packet.getData(), packet.getLength(), caller));
                }
            } catch (java.net.PortUnreachableException e) {
                // The server is away.
            }
        }
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(packet);
        return packet;
    }

    @Override
    public void close() throws IOException {
        tcp.close();
        udp.close();
        callers.values().forEach(DatagramSocket::close);
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
