package io.meshkit.bench.systems;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports that nobody listens on. */
final class FreePorts {
    private static final int TRIES = 50;
    private static final int WANTED = 20;

    private FreePorts() {}

    /** The first of twenty free ports in a row, below those that the kernel gives away. */
    static int base(int offset) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            int base = 21_000 + offset + i * 2 * WANTED;
            if (allFree(base)) {
                return base;
            }
        }
        throw new IOException("no " + WANTED + " free ports in a row");
    }

    private static boolean allFree(int base) {
        for (int port = base; port < base + WANTED; port++) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                socket.setReuseAddress(true);
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
