package io.meshkit.raft;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Finds out whether anybody listens at a member's Raft port. */
@FunctionalInterface
interface PortProbe {
    /**
     * True only if the connection was actively refused. Silence, an unreachable host, a name that is not known: all
     * those say nothing about the process. Blocks.
     */
    boolean refuses(Member member);

    /** By a connection that is closed at once. */
    static PortProbe tcp(int timeoutMs) {
        return member -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getByName(member.host()), member.port()), timeoutMs);
                return false;
            } catch (ConnectException e) {
                // Of the class's other cause, the kernel's own time limit, ours is far ahead. An unreachable host is
                // a NoRouteToHostException, which is none of its subclasses.
                return true;
            } catch (IOException e) {
                return false;
            }
        };
    }
}
