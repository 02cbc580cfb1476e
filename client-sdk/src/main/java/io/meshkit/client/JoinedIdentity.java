package io.meshkit.client;

import io.meshkit.v1.JoinResponse;
import io.omnirelay.pki.Pem;
import io.omnirelay.pki.SecretFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;

/**
 * What somebody has after joining. Immutable.
 *
 * @param keys   made by whoever joined; nobody else has the private one
 * @param answer the registry's: certificate chain, trust, when to renew, where its nodes are
 */
public record JoinedIdentity(KeyPair keys, JoinResponse answer) {
    public static final String KEY_FILE = "workload.key";
    public static final String CERTIFICATE_FILE = "workload.pem";
    public static final String SERVER_TRUST_FILE = "ca.pem";
    public static final String WORKLOAD_TRUST_FILE = "workload-ca.pem";
    public static final String CONTEXT_FILE = "client.yaml";

    /** A context that names the files which {@link #writeTo} makes there. */
    public ClientContext context(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        List<Endpoint> endpoints = answer.getEndpointsList().stream()
                .map(each -> new Endpoint(each.getNode(), each.getHost(), each.getHttpsPort(), each.getGrpcPort()))
                .toList();
        return new ClientContext(
                answer.getCertificate().getSpiffeId(),
                answer.getQuorumId(),
                endpoints,
                absolute.resolve(SERVER_TRUST_FILE),
                absolute.resolve(CERTIFICATE_FILE),
                absolute.resolve(KEY_FILE),
                null);
    }

    /**
     * Writes key, certificate chain, trust and {@code client.yaml}, each for its owner alone (mode 0600); the context
     * last, so that it never names what is not there.
     *
     * @param directory is made with mode 0700 if it is missing
     */
    public void writeTo(Path directory) throws IOException {
        SecretFiles.createDirectories(directory);
        SecretFiles.write(directory.resolve(KEY_FILE), Pem.encode(keys.getPrivate()));
        SecretFiles.write(directory.resolve(CERTIFICATE_FILE), answer.getCertificateChain());
        SecretFiles.write(directory.resolve(SERVER_TRUST_FILE), answer.getServerTrust());
        SecretFiles.write(directory.resolve(WORKLOAD_TRUST_FILE), answer.getWorkloadTrust());
        SecretFiles.write(
                directory.resolve(CONTEXT_FILE),
                context(directory).toYaml(directory.toAbsolutePath().normalize()));
    }

    /** Never the private key. */
    @Override
    public String toString() {
        return "JoinedIdentity[" + answer.getCertificate().getSpiffeId() + ", certificate "
                + answer.getCertificate().getSerial() + "]";
    }
}
