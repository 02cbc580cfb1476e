package io.meshkit.client;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;

/** Certificate requests (PKCS #10, RFC 2986) without names: who somebody is, the registry decides. For EC keys. */
final class Pkcs10 {
    private static final int SEQUENCE = 0x30;
    private static final int BIT_STRING = 0x03;
    /** Version 0, an empty name; the key and no attributes follow. */
    private static final byte[] VERSION_AND_NAME = {0x02, 0x01, 0x00, SEQUENCE, 0x00};

    private static final byte[] NO_ATTRIBUTES = {(byte) 0xA0, 0x00};
    /** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
    private static final byte[] ECDSA_SHA256 = {
        SEQUENCE, 0x0A, 0x06, 0x08, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x04, 0x03, 0x02
    };

    private Pkcs10() {}

    /** On P-256. */
    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    /** Of the public key's SubjectPublicKeyInfo in DER, in hex. */
    static String keySha256(KeyPair keys) throws GeneralSecurityException {
        byte[] der = keys.getPublic().getEncoded();
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
    }

    static String pem(KeyPair keys) throws GeneralSecurityException {
        byte[] info = der(SEQUENCE, VERSION_AND_NAME, keys.getPublic().getEncoded(), NO_ATTRIBUTES);
        byte[] signature = der(BIT_STRING, new byte[1], sign(keys.getPrivate(), info));
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(der(SEQUENCE, info, ECDSA_SHA256, signature));
        return "-----BEGIN CERTIFICATE REQUEST-----\n" + body + "\n-----END CERTIFICATE REQUEST-----\n";
    }

    /** With ECDSA and SHA-256. */
    static byte[] sign(PrivateKey key, byte[] message) throws GeneralSecurityException {
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(key);
        signer.update(message);
        return signer.sign();
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(tag);
        int length = content.size();
        if (length >= 0x80) {
            int bytes = length > 0xFF ? 2 : 1;
            whole.write(0x80 | bytes);
            if (bytes == 2) {
                whole.write(length >>> 8);
            }
        }
        whole.write(length & 0xFF);
        whole.writeBytes(content.toByteArray());
        return whole.toByteArray();
    }
}
