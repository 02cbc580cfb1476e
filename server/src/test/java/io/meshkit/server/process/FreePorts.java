package io.meshkit.server.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Ports that nobody listens on. */
public final class FreePorts {
    /**
     * Below the range from which systems take the ports of outgoing connections: a node that is down keeps its own.
     * Other modules' tests, which may run at the same time, begin at 21 000, and each fork of this one's has a range of
     * its own.
     */
    private static final int PER_FORK = 2_000;

    private static final int FROM = 15_000 + Integer.getInteger("it.fork", 0) * PER_FORK;

    private static final int TO = FROM + PER_FORK;

    private FreePorts() {}

    /** All different: each is held until the last has been found. */
    public static List<Integer> find(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            while (sockets.size() < count) {
                int port = ThreadLocalRandom.current().nextInt(FROM, TO);
                try {
                    sockets.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
                } catch (IOException taken) {
                    // Another one, then.
                }
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
