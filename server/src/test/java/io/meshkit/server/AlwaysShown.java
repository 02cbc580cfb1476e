package io.meshkit.server;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/** Shows its one certificate whatever authorities the server asks for: an honest client would keep it to itself. */
final class AlwaysShown extends X509ExtendedKeyManager {
    private final X509ExtendedKeyManager keys;

    private AlwaysShown(X509ExtendedKeyManager keys) {
        this.keys = keys;
    }

    static KeyManager[] of(KeyManagerFactory factory) {
        return new KeyManager[] {new AlwaysShown((X509ExtendedKeyManager) factory.getKeyManagers()[0])};
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return keys.chooseClientAlias(keyTypes, null, socket);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return keys.getCertificateChain(alias);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return keys.getPrivateKey(alias);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return keys.getClientAliases(keyType, null);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return keys.getServerAliases(keyType, null);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return keys.chooseServerAlias(keyType, null, socket);
    }
}
