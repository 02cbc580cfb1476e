package io.omnirelay.transport;

import java.util.List;

/**
 * The certificates of a server. Immutable.
 *
 * @param main  shown to callers who name no server, or one that no other certificate carries; its trusted CA is the
 *              one of all client certificates
 * @param named further certificates, each shown to callers who ask (SNI) for one of the DNS names that it carries;
 *              {@code *.example.org} stands for one label. Their trusted CA is not used
 */
public record ServerTls(TlsMaterial main, List<TlsMaterial> named) {
    public ServerTls {
        named = List.copyOf(named);
    }

    /** One certificate for every name. */
    public static ServerTls of(TlsMaterial main) {
        return new ServerTls(main, List.of());
    }
}
