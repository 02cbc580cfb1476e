package io.omnirelay.transport.tls;

import io.omnirelay.transport.TlsMaterial;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * One certificate and its key, for both ends. Immutable.
 *
 * <p>The JDK's own way leads through a key store in memory, which encrypts the key by ten thousand rounds of a hash: a
 * good part of a cold process's start, for nothing.
 */
public final class OneKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "own";

    private final PrivateKey key;
    private final List<X509Certificate> chain;

    private OneKey(PrivateKey key, List<X509Certificate> chain) {
        this.key = key;
        this.chain = chain;
    }

    /** @throws IllegalArgumentException if the certificate or its key is missing, or does not parse */
    public static OneKey of(TlsMaterial material) {
        if (material.certificateChainPem() == null || material.privateKeyPem() == null) {
            throw new IllegalArgumentException("A certificate and its private key are needed");
        }
        return new OneKey(
                PemMaterial.privateKey(material.privateKeyPem()),
                List.of(PemMaterial.certificates(material.certificateChainPem())));
    }

    PrivateKey key() {
        return key;
    }

    List<X509Certificate> chain() {
        return chain;
    }

    /** Whether it is of that kind; {@code EC_RSA} is a key of the first kind, certified by one of the second. */
    boolean fits(String keyType) {
        String algorithm = key.getAlgorithm();
        return keyType.equals(algorithm) || keyType.startsWith(algorithm + "_");
    }

    /** Whether the other side, which may name whom it trusts, trusts it. */
    private boolean trustedBy(Principal @Nullable [] issuers) {
        return issuers == null
                || issuers.length == 0
                || Stream.of(issuers)
                        .anyMatch(issuer -> chain.stream()
                                .anyMatch(certificate ->
                                        certificate.getIssuerX500Principal().equals(issuer)));
    }

    private @Nullable String alias(Principal @Nullable [] issuers, String... keyTypes) {
        return Stream.of(keyTypes).anyMatch(this::fits) && trustedBy(issuers) ? ALIAS : null;
    }

    private String @Nullable [] aliases(String keyType, Principal @Nullable [] issuers) {
        return alias(issuers, keyType) == null ? null : new String[] {ALIAS};
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return alias(issuers, keyType);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(issuers, keyType);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return aliases(keyType, issuers);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return alias(issuers, keyTypes);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(issuers, keyTypes);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return aliases(keyType, issuers);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return ALIAS.equals(alias) ? chain.toArray(new X509Certificate[0]) : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return ALIAS.equals(alias) ? key : null;
    }
}
