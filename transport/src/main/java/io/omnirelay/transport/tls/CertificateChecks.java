package io.omnirelay.transport.tls;

import io.omnirelay.transport.ServerTls;
import io.omnirelay.transport.TlsMaterial;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold before certificates are put to use. */
public final class CertificateChecks {
    private static final byte[] CHALLENGE = new byte[32];

    private CertificateChecks() {}

    /**
     * What speaks against the certificates; empty if nothing does.
     *
     * @param before        those in use: one of their CAs must still be trusted, or every caller would be cut off at
     *     once; null to begin with
     * @param underTheirOwnCa whether their own chain must lead to the CA that they trust, as that of a member does
     * @param now           a certificate must be valid then
     */
    public static List<String> problems(
            ServerTls tls, @Nullable ServerTls before, boolean underTheirOwnCa, Instant now) {
        List<String> problems = new ArrayList<>();
        chain("the certificate", tls.main(), now, problems);
        for (int i = 0; i < tls.named().size(); i++) {
            chain("additional certificate " + (i + 1), tls.named().get(i), now, problems);
        }
        if (problems.isEmpty() && !tls.named().isEmpty()) {
            attempt(problems, () -> {
                ServerKeys unused = new ServerKeys(tls);
            });
        }
        attempt(problems, () -> authorities(tls, before, underTheirOwnCa && problems.isEmpty(), now, problems));
        return problems;
    }

    /** @throws IllegalArgumentException if a certificate does not belong to its key, or does not parse */
    static void requireMatchingKeys(ServerTls tls) {
        List<TlsMaterial> all = new ArrayList<>(tls.named());
        all.add(tls.main());
        for (TlsMaterial each : all) {
            if (each.certificateChainPem() != null && each.privateKeyPem() != null) {
                X509Certificate own = PemMaterial.certificates(each.certificateChainPem())[0];
                if (!matches(PemMaterial.privateKey(each.privateKeyPem()), own)) {
                    throw new IllegalArgumentException("The certificate of " + own.getSubjectX500Principal()
                            + " does not belong to its private key");
                }
            }
        }
    }

    private static void attempt(List<String> problems, Runnable check) {
        try {
            check.run();
        } catch (IllegalArgumentException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    private static void chain(String what, TlsMaterial material, Instant now, List<String> problems) {
        String chainPem = material.certificateChainPem();
        String keyPem = material.privateKeyPem();
        if (chainPem == null || keyPem == null) {
            problems.add(what + " or its key is missing");
            return;
        }
        try {
            X509Certificate[] chain = PemMaterial.certificates(chainPem);
            if (!matches(PemMaterial.privateKey(keyPem), chain[0])) {
                problems.add(what + " does not belong to its private key");
            }
            for (int i = 0; i < chain.length; i++) {
                String name = i == 0 ? what : "intermediate " + i + " of " + what;
                validity(name, chain[i], now, problems);
                if (i > 0 && !signed(chain[i - 1], chain[i])) {
                    problems.add(name + " did not sign the one before it");
                }
            }
        } catch (IllegalArgumentException e) {
            problems.add(what + ": " + e.getMessage());
        }
    }

    private static void validity(String what, X509Certificate certificate, Instant now, List<String> problems) {
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            problems.add(what + " has expired at " + certificate.getNotAfter().toInstant());
        }
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            problems.add(
                    what + " is not valid before " + certificate.getNotBefore().toInstant());
        }
    }

    private static boolean matches(PrivateKey key, X509Certificate certificate) {
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "Ed25519";
        };
        try {
            Signature proof = Signature.getInstance(algorithm);
            proof.initSign(key);
            proof.update(CHALLENGE);
            byte[] signature = proof.sign();
            proof.initVerify(certificate.getPublicKey());
            proof.update(CHALLENGE);
            return proof.verify(signature);
        } catch (GeneralSecurityException e) {
            // Of another kind: they do not belong together either.
            return false;
        }
    }

    private static boolean signed(X509Certificate certificate, X509Certificate by) {
        try {
            certificate.verify(by.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static void authorities(
            ServerTls tls, @Nullable ServerTls before, boolean underTheirOwnCa, Instant now, List<String> problems) {
        String pem = tls.main().trustedCaPem();
        String pemBefore = before == null ? null : before.main().trustedCaPem();
        if (pem == null) {
            if (pemBefore != null) {
                problems.add("no CA is trusted any more");
            }
            return;
        }
        X509Certificate[] trusted = PemMaterial.certificates(pem);
        List<String> expired = new ArrayList<>();
        for (X509Certificate authority : trusted) {
            validity("CA " + authority.getSubjectX500Principal().getName(), authority, now, expired);
            if (authority.getBasicConstraints() < 0) {
                problems.add(authority.getSubjectX500Principal().getName() + " is no CA");
            }
        }
        if (expired.size() >= trusted.length) {
            problems.addAll(expired);
        }
        if (pemBefore != null) {
            Set<X509Certificate> old = new HashSet<>(Arrays.asList(PemMaterial.certificates(pemBefore)));
            if (Collections.disjoint(old, Arrays.asList(trusted))) {
                problems.add("no CA that is trusted now is trusted any more, and every caller would be cut off:"
                        + " append the new CA to the old, give out certificates, then remove the old");
            }
        }
        String chainPem = tls.main().certificateChainPem();
        if (underTheirOwnCa && chainPem != null) {
            X509Certificate[] chain = PemMaterial.certificates(chainPem);
            X509Certificate last = chain[chain.length - 1];
            boolean known = Arrays.stream(trusted).anyMatch(ca -> ca.equals(last) || signed(last, ca));
            if (!known) {
                problems.add("no trusted CA has signed the certificate: the other members would refuse it");
            }
        }
    }

    /** What the certificates are. @throws IllegalArgumentException if they do not parse */
    public static List<CertificateState> describe(ServerTls tls) {
        List<CertificateState> all = new ArrayList<>();
        add(all, "main", tls.main().certificateChainPem(), 1);
        tls.named().forEach(named -> add(all, "named", named.certificateChainPem(), 1));
        add(all, "ca", tls.main().trustedCaPem(), Integer.MAX_VALUE);
        return all;
    }

    private static void add(List<CertificateState> to, String use, @Nullable String pem, int max) {
        if (pem != null) {
            Arrays.stream(PemMaterial.certificates(pem))
                    .limit(max)
                    .forEach(one -> to.add(CertificateState.of(use, one)));
        }
    }
}
