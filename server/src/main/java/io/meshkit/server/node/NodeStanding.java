package io.meshkit.server.node;

import static io.meshkit.domain.records.CertificateKind.CERTIFICATE;
import static io.meshkit.domain.records.RevocationKind.REVOCATION;

import io.meshkit.domain.query.MemberRows;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.QuorumMemberRecord.State;
import io.meshkit.v1.WorkloadCertificate;
import io.omnirelay.pki.PeerIdentity;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the certificate of a node holds beyond what TLS says of it: by what this node has applied. What was found out
 * counts for a second, because it is asked with every call. Thread: any number.
 */
public final class NodeStanding {
    /** How long a verdict counts. */
    static final long KEPT_NANOS = 1_000_000_000L;

    private static final int KEPT_MAX = 1_000;

    /** What is to be made of a node that shows a certificate. */
    enum Standing {
        GOOD,
        /** It was a member and is to learn that it is none any more. */
        REMOVED,
        /** The certificate holds no longer. */
        REVOKED
    }

    private record Verdict(Standing standing, long atNanos) {}

    private final String prefix;
    private final LongSupplier nanos;
    private final Map<X509Certificate, Verdict> verdicts = new ConcurrentHashMap<>();
    private volatile @Nullable Replica replica;

    /** @param prefix of the SPIFFE ids of this quorum's nodes */
    public NodeStanding(String prefix, LongSupplier nanos) {
        this.prefix = prefix;
        this.nanos = nanos;
    }

    /** From now on its state counts. */
    public void attach(Replica attached) {
        replica = attached;
    }

    /** Which node of this quorum the certificate names. */
    Optional<NodeId> node(X509Certificate certificate) {
        return PeerIdentity.of(certificate)
                .spiffeId()
                .filter(id -> id.startsWith(prefix))
                .map(id -> new NodeId(id.substring(prefix.length())));
    }

    Standing of(X509Certificate certificate) {
        Replica source = replica;
        if (source == null) {
            return Standing.GOOD;
        }
        long now = nanos.getAsLong();
        Verdict known = verdicts.get(certificate);
        if (known != null && now - known.atNanos() < KEPT_NANOS) {
            return known.standing();
        }
        Standing found = find(source, certificate);
        if (verdicts.size() >= KEPT_MAX) {
            verdicts.clear();
        }
        verdicts.put(certificate, new Verdict(found, now));
        return found;
    }

    private Standing find(Replica source, X509Certificate certificate) {
        String serial = certificate.getSerialNumber().toString(16);
        Optional<NodeId> node = node(certificate);
        try (StoreSnapshot view = source.snapshot()) {
            WorkloadCertificate issued = CERTIFICATE.get(view, CERTIFICATE.ref(serial));
            if (issued != null
                    && node.isPresent()
                    && issued.getMember().getNode().equals(node.get().value())
                    && REVOCATION.of(view, issued) != null) {
                return Standing.REVOKED;
            }
            return node.flatMap(id -> MemberRows.find(view, id.value()))
                            .filter(record -> record.getState() == State.REMOVED)
                            .isPresent()
                    ? Standing.REMOVED
                    : Standing.GOOD;
        }
    }
}
