package io.omnirelay.pki;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority of one level: EC P-256 keys, SHA-256 signatures, 128-bit random serial numbers.
 *
 * <p>Certificates start five minutes in the past, so that a machine whose clock lags a little accepts them.
 *
 * <p>Thread-safe.
 */
public final class CertificateAuthority {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Credential root;
    private final Clock clock;

    private CertificateAuthority(Credential root, Clock clock) {
        this.root = root;
        this.clock = clock;
    }

    /** A new authority with a key of its own. */
    public static CertificateAuthority create(String commonName, Duration validity) {
        return create(commonName, validity, Clock.systemUTC());
    }

    static CertificateAuthority create(String commonName, Duration validity, Clock clock) {
        try {
            KeyPair keys = newKeys();
            X500Name name = name(commonName);
            Instant now = clock.instant();
            JcaX509v3CertificateBuilder builder =
                    builder(name, name, keys.getPublic(), newSerial(), now, now.plus(validity));
            JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, utils.createSubjectKeyIdentifier(keys.getPublic()));
            return new CertificateAuthority(new Credential(sign(builder, keys.getPrivate()), keys.getPrivate()), clock);
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a certificate authority", e);
        }
    }

    /**
     * The authority whose certificate and key were stored before.
     *
     * @throws GeneralSecurityException if either is damaged, or they do not belong together
     */
    public static CertificateAuthority load(String certificatePem, String privateKeyPem)
            throws GeneralSecurityException {
        X509Certificate certificate = Pem.certificate(certificatePem);
        PrivateKey key = Pem.privateKey(privateKeyPem, "EC");
        // A key that does not match its certificate would only show up later, at every client.
        Signature proof = Signature.getInstance("SHA256withECDSA");
        byte[] challenge = new byte[32];
        RANDOM.nextBytes(challenge);
        proof.initSign(key);
        proof.update(challenge);
        byte[] signature = proof.sign();
        proof.initVerify(certificate.getPublicKey());
        proof.update(challenge);
        if (!proof.verify(signature)) {
            throw new GeneralSecurityException("the key does not belong to the certificate "
                    + certificate.getSubjectX500Principal().getName());
        }
        return new CertificateAuthority(new Credential(certificate, key), Clock.systemUTC());
    }

    /** The authority's own certificate and key. */
    public Credential root() {
        return root;
    }

    /** A new key, and a certificate for it that says what the request says. */
    public Credential issue(CertificateRequest request) {
        try {
            KeyPair keys = newKeys();
            return new Credential(certify(keys.getPublic(), request), keys.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot make a key", e);
        }
    }

    /** A certificate for somebody else's key. */
    public X509Certificate certify(PublicKey key, CertificateRequest request) {
        Instant now = clock.instant();
        return certify(key, request, newSerial(), now, now.plus(request.validity()));
    }

    /**
     * A certificate of which everything has been decided; the request's validity does not count.
     *
     * @param serial   positive, at most 20 bytes
     * @param issuedAt it begins {@link CertificateRequest#BEGINS_BEFORE} before
     */
    public X509Certificate certify(
            PublicKey key, CertificateRequest request, BigInteger serial, Instant issuedAt, Instant expiresAt) {
        try {
            X509Certificate issuer = root.certificate();
            X500Name issuerName =
                    X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded());
            JcaX509v3CertificateBuilder builder =
                    builder(issuerName, name(request.commonName()), key, serial, issuedAt, expiresAt);
            JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            // Some HTTP/3 clients insist on keyEncipherment even where the key exchange does without it.
            builder.addExtension(
                    Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes(request)));
            builder.addExtension(Extension.authorityKeyIdentifier, false, utils.createAuthorityKeyIdentifier(issuer));
            builder.addExtension(Extension.subjectKeyIdentifier, false, utils.createSubjectKeyIdentifier(key));
            GeneralName[] names = names(request);
            if (names.length > 0) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            return sign(builder, root.privateKey());
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot issue a certificate for " + request.commonName(), e);
        }
    }

    private static KeyPurposeId[] purposes(CertificateRequest request) {
        List<KeyPurposeId> purposes = new ArrayList<>();
        if (request.server()) {
            purposes.add(KeyPurposeId.id_kp_serverAuth);
        }
        if (request.client()) {
            purposes.add(KeyPurposeId.id_kp_clientAuth);
        }
        return purposes.toArray(new KeyPurposeId[0]);
    }

    private static GeneralName[] names(CertificateRequest request) {
        List<GeneralName> names = new ArrayList<>();
        request.dnsNames().forEach(dns -> names.add(new GeneralName(GeneralName.dNSName, dns)));
        request.ipAddresses().forEach(ip -> names.add(new GeneralName(GeneralName.iPAddress, ip)));
        if (request.spiffeId() != null) {
            names.add(new GeneralName(GeneralName.uniformResourceIdentifier, request.spiffeId()));
        }
        return names.toArray(new GeneralName[0]);
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, BigInteger serial, Instant issuedAt, Instant expiresAt) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                serial,
                Date.from(issuedAt.minus(CertificateRequest.BEGINS_BEFORE)),
                Date.from(expiresAt),
                subject,
                key);
    }

    private static BigInteger newSerial() {
        return new BigInteger(127, RANDOM).add(BigInteger.ONE);
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    /** On P-256. */
    public static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }
}
