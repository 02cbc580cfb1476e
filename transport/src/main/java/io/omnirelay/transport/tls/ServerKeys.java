package io.omnirelay.transport.tls;

import io.omnirelay.pki.PeerIdentity;
import io.omnirelay.transport.ServerTls;
import io.omnirelay.transport.TlsMaterial;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a server, found by the name that the caller asks for: an exact name first, then one with a
 * wildcard for its first label, else the main one. Immutable.
 */
final class ServerKeys extends X509ExtendedKeyManager {
    private final List<OneKey> entries = new ArrayList<>();
    private final Map<String, Integer> byName = new TreeMap<>();

    /** @throws IllegalArgumentException if the PEM text does not hold, or two certificates carry one name */
    ServerKeys(ServerTls tls) {
        add(tls.main());
        for (TlsMaterial named : tls.named()) {
            int index = add(named);
            List<String> names = names(entries.get(index).chain().get(0));
            if (names.isEmpty()) {
                throw new IllegalArgumentException(
                        "An additional certificate carries no DNS name: nobody would see it");
            }
            for (String name : names) {
                if (byName.putIfAbsent(name, index) != null) {
                    throw new IllegalArgumentException("Two additional certificates carry the name " + name);
                }
            }
        }
    }

    private int add(TlsMaterial material) {
        entries.add(OneKey.of(material));
        return entries.size() - 1;
    }

    private static List<String> names(X509Certificate certificate) {
        return PeerIdentity.of(certificate).dnsNames().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
    }

    /** Which certificate a caller gets: 0 for the main one, else 1 + its place among the named ones. */
    int indexFor(@Nullable String asked) {
        if (asked == null) {
            return 0;
        }
        String name = asked.toLowerCase(Locale.ROOT);
        Integer exact = byName.get(name);
        if (exact != null) {
            return exact;
        }
        int dot = name.indexOf('.');
        return dot < 0 ? 0 : byName.getOrDefault("*" + name.substring(dot), 0);
    }

    private static @Nullable String asked(@Nullable SSLEngine engine) {
        if (engine != null && engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName();
                }
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        int index = indexFor(asked(engine));
        return entries.get(index).fits(keyType) ? Integer.toString(index) : null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {"0"};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return entries.get(Integer.parseInt(alias)).chain().toArray(new X509Certificate[0]);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return entries.get(Integer.parseInt(alias)).key();
    }
}
