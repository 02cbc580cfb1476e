package io.meshkit.server.node;

import io.grpc.netty.GrpcSslContexts;
import io.meshkit.server.config.ServerConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Set;
import java.util.stream.Collectors;

/** Mutual TLS 1.3 between members. */
final class NodeTls {
    private NodeTls() {}

    /** Accepts every member. */
    static SslContext server(ServerConfig config) throws IOException, GeneralSecurityException {
        Set<String> members = config.members().stream()
                .map(member -> config.spiffeId(member.node()))
                .collect(Collectors.toUnmodifiableSet());
        SslContextBuilder builder = SslContextBuilder.forServer(
                        config.raftTls().certificate().toFile(),
                        config.raftTls().key().toFile())
                .trustManager(MemberTrust.of(config.raftTls().ca(), members))
                .clientAuth(ClientAuth.REQUIRE)
                .protocols("TLSv1.3");
        return GrpcSslContexts.configure(builder, SslProvider.OPENSSL).build();
    }

    /** Accepts that one member. */
    static SslContext client(ServerConfig config, String node) throws IOException, GeneralSecurityException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .keyManager(
                        config.raftTls().certificate().toFile(),
                        config.raftTls().key().toFile())
                .trustManager(MemberTrust.of(config.raftTls().ca(), Set.of(config.spiffeId(node))))
                .protocols("TLSv1.3");
        return GrpcSslContexts.configure(builder, SslProvider.OPENSSL).build();
    }
}
