package io.omnirelay.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A PKCS #10 request whose signature holds: whoever made it has the private key. Of what it says only the key counts.
 *
 * @param publicKey EC on P-256 or P-384, or RSA of 2048–4096 bits
 */
public record SigningRequest(PublicKey publicKey) {
    private static final String BEGIN = "-----BEGIN CERTIFICATE REQUEST-----";
    private static final String END = "-----END CERTIFICATE REQUEST-----";
    private static final int RSA_BITS_MIN = 2_048;
    private static final int RSA_BITS_MAX = 4_096;

    /** @throws GeneralSecurityException if the text is none, its signature does not hold, or its key is of another kind */
    public static SigningRequest parse(String pem) throws GeneralSecurityException {
        int begin = pem.indexOf(BEGIN);
        int end = pem.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new GeneralSecurityException("there is no PEM certificate request in the text");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der);
            PublicKey key = request.getPublicKey();
            checkKind(key);
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new GeneralSecurityException("the request was not signed by its key");
            }
            return new SigningRequest(key);
        } catch (IOException
                | OperatorCreationException
                | PKCSException
                | IllegalArgumentException
                | IllegalStateException
                | ClassCastException e) {
            throw new GeneralSecurityException("the certificate request does not parse", e);
        }
    }

    /** A request for the key, signed by it; it names nobody. @param keys EC @return PEM */
    public static String pem(KeyPair keys) {
        try {
            byte[] der = new JcaPKCS10CertificationRequestBuilder(new X500Name(new RDN[0]), keys.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                    .getEncoded();
            String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
            return BEGIN + "\n" + body + "\n" + END + "\n";
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("the key cannot sign", e);
        }
    }

    private static void checkKind(PublicKey key) throws GeneralSecurityException {
        int bits = 0;
        if (key instanceof ECPublicKey ec) {
            bits = ec.getParams().getCurve().getField().getFieldSize();
            if (bits == 256 || bits == 384) {
                return;
            }
        } else if (key instanceof RSAPublicKey rsa) {
            bits = rsa.getModulus().bitLength();
            if (bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX) {
                return;
            }
        }
        throw new GeneralSecurityException(
                "a key of kind " + key.getAlgorithm() + (bits == 0 ? "" : " with " + bits + " bits") + " is not taken");
    }

    /** SHA-256 of the key as SubjectPublicKeyInfo in DER. */
    public byte[] publicKeySha256() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(publicKey.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Whether the message was signed by the same key, with SHA-256. */
    public boolean signed(byte[] message, byte[] signature) {
        try {
            Signature verifier =
                    Signature.getInstance(publicKey instanceof ECPublicKey ? "SHA256withECDSA" : "SHA256withRSA");
            verifier.initVerify(publicKey);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
