package io.meshkit.client;

import com.google.protobuf.ByteString;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.PossessionProof;
import io.meshkit.api.RegistryException;
import io.meshkit.api.RequestIds;
import io.meshkit.v1.BootstrapServiceGrpc;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.RenewCertificateRequest;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.CredentialFiles;
import io.omnirelay.pki.Pem;
import io.omnirelay.pki.SecretFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Renews the certificate in a directory that a join has filled, while it is good: with a new key, which is made here and
 * goes nowhere. The names of the files stay, and key and certificate change in one step.
 *
 * <p>Blocks its caller. One at a time per directory.
 */
public final class Renewer {
    private final Path directory;

    /** @param directory as {@link JoinedIdentity#writeTo} makes it */
    public Renewer(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    /**
     * The certificate that the directory holds.
     *
     * @throws RegistryException INVALID_REQUEST if there is none that can be read
     */
    public X509Certificate certificate() {
        Path file = directory.resolve(JoinedIdentity.CERTIFICATE_FILE);
        try {
            return Pem.certificate(Files.readString(file));
        } catch (IOException | CertificateException e) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST,
                    file + " cannot be read as a certificate: " + e.getMessage(),
                    "Name a directory that omnirelay mesh bootstrap join has filled.",
                    e);
        }
    }

    /**
     * When so much of the certificate's life is over.
     *
     * @param share 0–1
     */
    public Instant after(double share) {
        X509Certificate held = certificate();
        // It begins before it was made, which is no part of its life.
        long from = held.getNotBefore().getTime() + CertificateRequest.BEGINS_BEFORE.toMillis();
        return Instant.ofEpochMilli(from + (long) ((held.getNotAfter().getTime() - from) * share));
    }

    /**
     * Renews now. Nodes are asked in turn, until one can answer; all are asked for the same.
     *
     * @param lifetime null: as long as that of the certificate that is renewed
     * @return the new identity; its files are written
     * @throws RegistryException UNAUTHENTICATED if the certificate has expired or was revoked, FORBIDDEN if it may not be
     *     renewed, and whatever else the registry says; nothing is written then
     * @throws IOException if the files cannot be written; the old ones are as they were
     */
    public JoinedIdentity renew(@Nullable Duration lifetime) throws IOException {
        ClientContext context = ClientContext.load(directory);
        requireOwn(context.certificate(), JoinedIdentity.CERTIFICATE_FILE);
        requireOwn(context.key(), JoinedIdentity.KEY_FILE);
        String serial = certificate().getSerialNumber().toString(16);
        KeyPair keys = Pkcs10.newKeys();
        JoinedIdentity renewed = new JoinedIdentity(keys, ask(context, request(context, serial, keys, lifetime)));
        write(serial, renewed);
        return renewed;
    }

    private void requireOwn(@Nullable Path file, String name) {
        if (file == null || !file.equals(directory.resolve(name))) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST,
                    directory.resolve(JoinedIdentity.CONTEXT_FILE) + " does not name " + name + " beside it",
                    "Name a directory that omnirelay mesh bootstrap join has filled.");
        }
    }

    private static RenewCertificateRequest request(
            ClientContext context, String serial, KeyPair keys, @Nullable Duration lifetime) {
        try {
            byte[] message = PossessionProof.ofRenewal(context.clusterId(), serial, Pkcs10.keySha256(keys));
            RenewCertificateRequest.Builder request = RenewCertificateRequest.newBuilder()
                    .setOptions(MutationOptions.newBuilder().setRequestId(RequestIds.next("renewal")))
                    .setCertificateRequest(Pkcs10.pem(keys))
                    .setSignature(ByteString.copyFrom(Pkcs10.sign(keys.getPrivate(), message)));
            if (lifetime != null) {
                request.setLifetime(RegistryException.millis(lifetime.toMillis()));
            }
            return request.build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a new key cannot sign", e);
        }
    }

    /** By a client of its own: what it shows is the certificate in the file, whatever other connections show. */
    private static JoinResponse ask(ClientContext context, RenewCertificateRequest request) {
        RegistryException last = null;
        try (MeshKitClient client = MeshKitClient.open(context)) {
            for (Endpoint node : context.endpoints()) {
                try {
                    return client.call(
                            BootstrapServiceGrpc.getRenewCertificateMethod(),
                            request,
                            CallSettings.DEFAULT.withNode(node.node()));
                } catch (RegistryException e) {
                    if (!Joiner.mayBeOtherElsewhere(e)) {
                        throw e;
                    }
                    last = e;
                }
            }
        }
        throw last == null ? new IllegalStateException("a context without nodes") : last;
    }

    private void write(String before, JoinedIdentity renewed) throws IOException {
        JoinResponse answer = renewed.answer();
        new CredentialFiles(directory, JoinedIdentity.KEY_FILE, JoinedIdentity.CERTIFICATE_FILE)
                .replace(
                        before,
                        answer.getCertificate().getSerial(),
                        Pem.encode(renewed.keys().getPrivate()),
                        answer.getCertificateChain());
        SecretFiles.write(directory.resolve(JoinedIdentity.SERVER_TRUST_FILE), answer.getServerTrust());
        SecretFiles.write(directory.resolve(JoinedIdentity.WORKLOAD_TRUST_FILE), answer.getWorkloadTrust());
    }
}
