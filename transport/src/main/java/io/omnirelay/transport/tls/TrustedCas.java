package io.omnirelay.transport.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Trust in the certificates of some authorities and nobody else. */
public final class TrustedCas {
    private TrustedCas() {}

    /** By the JDK's rules (PKIX). @throws GeneralSecurityException if the JDK does not take them */
    public static X509ExtendedTrustManager of(Collection<? extends X509Certificate> authorities)
            throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new UncheckedIOException("an empty store", e);
        }
        int index = 0;
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry("ca-" + index++, authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }
}
