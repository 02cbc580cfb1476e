package io.meshkit.server.node;

import io.grpc.netty.GrpcSslContexts;
import io.meshkit.raft.RaftTls;
import io.meshkit.server.config.ServerConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.omnirelay.transport.ServerTls;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.tls.ReloadableManagers;
import io.omnirelay.transport.tls.ReloadableSslContext;
import io.omnirelay.transport.tls.TlsFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Mutual TLS 1.3 between members, on the node port and on the Raft port; replaced as a whole, for connections from
 * then on. Thread: any.
 */
public final class MemberTls {
    private record Contexts(SslContext server, Map<String, SslContext> clients) {}

    private final ServerConfig config;
    private final ReloadableManagers raft;
    private volatile Contexts current;

    private MemberTls(ServerConfig config, ServerTls tls) {
        this.config = config;
        this.raft = new ReloadableManagers(tls);
        this.current = contexts(tls);
    }

    /**
     * From the files of the configuration.
     *
     * @throws IOException if one cannot be read
     * @throws IllegalArgumentException if they do not hold
     */
    public static MemberTls open(ServerConfig config) throws IOException {
        return new MemberTls(config, files(config).read());
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
        return new RaftTls.Live(raft.keyManager(), raft.trustManager());
    }

    /** Accepts every member. */
    SslContext server() {
        return new ReloadableSslContext(() -> current.server());
    }

    /** Accepts that one member. */
    SslContext client(String node) {
        return new ReloadableSslContext(
                () -> Objects.requireNonNull(current.clients().get(node), node));
    }

    private Contexts contexts(ServerTls tls) {
        try {
            Set<String> all = config.members().stream()
                    .map(member -> config.spiffeId(member.node()))
                    .collect(Collectors.toUnmodifiableSet());
            Map<String, SslContext> clients = new HashMap<>();
            for (ServerConfig.Member member : config.members()) {
                clients.put(member.node(), client(tls.main(), Set.of(config.spiffeId(member.node()))));
            }
            return new Contexts(server(tls.main(), all), Map.copyOf(clients));
        } catch (SSLException | GeneralSecurityException e) {
            throw new IllegalArgumentException("The TLS material of the member does not hold: " + e.getMessage(), e);
        }
    }

    private static SslContext server(TlsMaterial tls, Set<String> members)
            throws SSLException, GeneralSecurityException {
        SslContextBuilder builder = SslContextBuilder.forServer(
                        pem(tls.certificateChainPem()), pem(tls.privateKeyPem()))
                .trustManager(MemberTrust.of(pem(tls.trustedCaPem()), members))
                .clientAuth(ClientAuth.REQUIRE)
                .protocols("TLSv1.3");
        return GrpcSslContexts.configure(builder, SslProvider.OPENSSL).build();
    }

    private static SslContext client(TlsMaterial tls, Set<String> member)
            throws SSLException, GeneralSecurityException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .keyManager(pem(tls.certificateChainPem()), pem(tls.privateKeyPem()))
                .trustManager(MemberTrust.of(pem(tls.trustedCaPem()), member))
                .protocols("TLSv1.3");
        return GrpcSslContexts.configure(builder, SslProvider.OPENSSL).build();
    }

    /** A member has all three. */
    private static InputStream pem(@Nullable String text) {
        return new ByteArrayInputStream(Objects.requireNonNull(text).getBytes(StandardCharsets.US_ASCII));
    }
}
