package io.meshkit.raft;

import java.io.IOException;
import java.io.Writer;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for one test. */
final class TestCa {
    private static final char[] NO_PASSWORD = new char[0];

    private final KeyPair keys = keyPair();
    private final X500Name name;
    private final X509CertificateHolder certificate;
    private long serial = 1;

    TestCa(String commonName) {
        name = new X500Name("CN=" + commonName);
        certificate = sign(name, keys, true);
    }

    /** Writes the key material of a member at 127.0.0.1 and this CA's certificate. */
    RaftTls issue(Path directory, String member) throws IOException {
        KeyPair memberKeys = keyPair();
        RaftTls tls = new RaftTls(
                directory.resolve(member + ".crt"), directory.resolve(member + ".key"), directory.resolve("ca.crt"));
        write(tls.certificateChain(), sign(new X500Name("CN=" + member), memberKeys, false));
        write(tls.privateKey(), new JcaPKCS8Generator(memberKeys.getPrivate(), null));
        write(tls.certificateAuthority(), certificate);
        return tls;
    }

    /** The same with managers in place of the files, which ask whether the certificates of others hold. */
    RaftTls issueLive(Path directory, String member, PeerStanding standing) throws IOException {
        KeyPair memberKeys = keyPair();
        RaftTls files = issue(directory, member);
        try {
            X509Certificate own = converted(sign(new X500Name("CN=" + member), memberKeys, false));
            KeyStore keyStore = KeyStore.getInstance("PKCS12");
            keyStore.load(null, null);
            keyStore.setKeyEntry("own", memberKeys.getPrivate(), NO_PASSWORD, new Certificate[] {own});
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
            keyManagers.init(keyStore, NO_PASSWORD);
            KeyStore trustStore = KeyStore.getInstance("PKCS12");
            trustStore.load(null, null);
            trustStore.setCertificateEntry("ca", converted(certificate));
            TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
            trustManagers.init(trustStore);
            return new RaftTls(
                    files.certificateChain(),
                    files.privateKey(),
                    files.certificateAuthority(),
                    Optional.of(new RaftTls.Live(
                            keyManagers.getKeyManagers()[0],
                            new TestTrust(
                                    (X509ExtendedTrustManager) trustManagers.getTrustManagers()[0], standing),
                            standing)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate converted(X509CertificateHolder holder) throws GeneralSecurityException {
        return new JcaX509CertificateConverter().getCertificate(holder);
    }

    private X509CertificateHolder sign(X500Name subject, KeyPair subjectKeys, boolean authority) {
        try {
            Instant now = Instant.now();
            var builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(serial++),
                    Date.from(now.minus(Duration.ofHours(1))),
                    Date.from(now.plus(Duration.ofDays(1))),
                    subject,
                    subjectKeys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!authority) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
            }
            return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Path file, Object object) throws IOException {
        try (Writer writer = Files.newBufferedWriter(file);
                JcaPEMWriter pem = new JcaPEMWriter(writer)) {
            pem.writeObject(object);
        }
    }
}
