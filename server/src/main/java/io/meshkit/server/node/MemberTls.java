package io.meshkit.server.node;

import io.grpc.netty.GrpcSslContexts;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.RaftTls;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.server.node.NodeStanding.Standing;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.omnirelay.transport.ServerTls;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.tls.OneKey;
import io.omnirelay.transport.tls.PemMaterial;
import io.omnirelay.transport.tls.ReloadableManagers;
import io.omnirelay.transport.tls.ReloadableSslContext;
import io.omnirelay.transport.tls.TlsFiles;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/**
 * Mutual TLS 1.3 between members, on the node port and on the Raft port; replaced as a whole, for connections from
 * then on. No connection takes up the TLS session of another: on such a one nobody would ask whether the certificate of
 * the other side still holds. Thread: any.
 */
public final class MemberTls {
    /** @param clients by node, made when a node is first called */
    private record Contexts(SslContext server, ServerTls material, Map<String, SslContext> clients) {}

    private final ServerConfig config;
    private final NodeStanding standing;
    private final ReloadableManagers raft;
    private final OutgoingConnections toRaftPorts = new OutgoingConnections();
    private final OutgoingConnections toNodePorts = new OutgoingConnections();
    private volatile Contexts current;

    private MemberTls(ServerConfig config, NodeStanding standing, ServerTls tls) {
        this.config = config;
        this.standing = standing;
        this.raft = new ReloadableManagers(tls);
        this.current = contexts(tls);
    }

    /**
     * From the files of the configuration.
     *
     * @param standing whose certificates hold no longer
     * @throws IOException if one cannot be read
     * @throws IllegalArgumentException if they do not hold
     */
    public static MemberTls open(ServerConfig config, NodeStanding standing) throws IOException {
        return new MemberTls(config, standing, files(config).read());
    }

    public static TlsFiles files(ServerConfig config) {
        return new TlsFiles(
                config.raftTls().certificate(),
                config.raftTls().key(),
                config.raftTls().ca(),
                List.of());
    }

    /** @throws IllegalArgumentException if it does not hold; then nothing has changed */
    public void use(ServerTls tls) {
        Contexts next = contexts(tls);
        raft.replace(tls);
        current = next;
    }

    /** For Ratis, which makes its contexts once. */
    public RaftTls.Live raft() {
        return new RaftTls.Live(
                raft.keyManager(), new StandingTrust(raft.trustManager(), standing, toRaftPorts), standing);
    }

    /**
     * Ends the connections that this node has opened to nodes whose certificates hold no longer. Those that others have
     * opened are refused call by call and message by message.
     *
     * @return the nodes: what is left of the connections is to be closed
     */
    public Set<NodeId> cutOff() {
        Set<X509Certificate> out = new HashSet<>(toRaftPorts.cut(shown -> standing.of(shown) != Standing.GOOD));
        // Who was removed is told so on the node port.
        out.addAll(toNodePorts.cut(shown -> standing.of(shown) == Standing.REVOKED));
        return out.stream()
                .map(standing::node)
                .flatMap(Optional::stream)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Accepts every node whose certificate members trust; what it may then ask, {@link NodeGate} decides. */
    SslContext server() {
        return new ReloadableSslContext(() -> current.server());
    }

    /** Accepts that one node. */
    SslContext client(String node) {
        return new ReloadableSslContext(() -> {
            Contexts now = current;
            return now.clients().computeIfAbsent(node, name -> client(now.material(), name));
        });
    }

    private SslContext client(ServerTls tls, String node) {
        try {
            return client(tls.main(), config.spiffeId(node)::equals);
        } catch (SSLException | GeneralSecurityException e) {
            throw new IllegalStateException("the TLS material of the member does not hold any more", e);
        }
    }

    private Contexts contexts(ServerTls tls) {
        try {
            // Made once now, so that material that does not hold is refused as a whole.
            client(tls.main(), config.spiffeId(config.node())::equals);
            String anyNode = config.spiffeId("");
            return new Contexts(server(tls.main(), id -> id.startsWith(anyNode)), tls, new ConcurrentHashMap<>());
        } catch (SSLException | GeneralSecurityException e) {
            throw new IllegalArgumentException("The TLS material of the member does not hold: " + e.getMessage(), e);
        }
    }

    private SslContext server(TlsMaterial tls, Predicate<String> members)
            throws SSLException, GeneralSecurityException {
        SslContextBuilder builder = SslContextBuilder.forServer(OneKey.of(tls))
                .trustManager(MemberTrust.of(authorities(tls), members, standing, toNodePorts))
                .clientAuth(ClientAuth.REQUIRE)
                .protocols("TLSv1.3");
        return unresumed(GrpcSslContexts.configure(builder, SslProvider.OPENSSL).build());
    }

    private SslContext client(TlsMaterial tls, Predicate<String> member) throws SSLException, GeneralSecurityException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .keyManager(OneKey.of(tls))
                .trustManager(MemberTrust.of(authorities(tls), member, standing, toNodePorts))
                .protocols("TLSv1.3");
        return unresumed(GrpcSslContexts.configure(builder, SslProvider.OPENSSL).build());
    }

    private static SslContext unresumed(SslContext context) {
        ((OpenSslSessionContext) context.sessionContext()).setSessionCacheEnabled(false);
        return context;
    }

    /** A member has some. */
    private static X509Certificate[] authorities(TlsMaterial tls) {
        return PemMaterial.certificates(Objects.requireNonNull(tls.trustedCaPem()));
    }
}
