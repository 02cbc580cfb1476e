package io.meshkit.server.node;

import static io.meshkit.domain.records.CertificateKind.CERTIFICATE;
import static io.meshkit.domain.records.MemberKind.MEMBER;
import static io.meshkit.domain.records.RevocationKind.REVOCATION;

import io.meshkit.domain.Applied;
import io.meshkit.domain.query.MemberRows;
import io.meshkit.raft.ApplyListener;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.PeerStanding;
import io.meshkit.raft.Replica;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.QuorumMemberRecord.State;
import io.meshkit.v1.WorkloadCertificate;
import io.omnirelay.pki.PeerIdentity;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Whether the certificate of a node holds beyond what TLS says of it: by what this node has applied. What was found out
 * counts until a member or a revocation changes; the apply thread says that one has. Thread: any number.
 */
public final class NodeStanding implements ApplyListener, PeerStanding {
    private static final int KEPT_MAX = 1_000;

    /** What is to be made of a node that shows a certificate. */
    enum Standing {
        GOOD,
        /** It was a member and is to learn that it is none any more. */
        REMOVED,
        /** The certificate holds no longer. */
        REVOKED
    }

    private record Verdict(Standing standing, long version) {}

    private final String prefix;
    private final Map<X509Certificate, Verdict> verdicts = new ConcurrentHashMap<>();
    private final AtomicLong version = new AtomicLong();
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private volatile @Nullable Replica replica;

    /** @param prefix of the SPIFFE ids of this quorum's nodes */
    public NodeStanding(String prefix) {
        this.prefix = prefix;
    }

    /** From now on its state counts. */
    public void attach(Replica attached) {
        replica = attached;
        changed();
    }

    /** @param watcher runs after each change, mostly on the apply thread: it must be quick */
    public void onChange(Runnable watcher) {
        watchers.add(watcher);
    }

    @Override
    public void applied(long index, Applied applied) {
        if (applied.hasChange(change -> concerns(change.getKind()))) {
            changed();
        }
    }

    private static boolean concerns(String kind) {
        return kind.equals(REVOCATION.name()) || kind.equals(MEMBER.name());
    }

    @Override
    public void replaced(long index) {
        changed();
    }

    private void changed() {
        version.incrementAndGet();
        watchers.forEach(Runnable::run);
    }

    @Override
    public long version() {
        return version.get();
    }

    @Override
    public Optional<String> objection(X509Certificate shown) {
        return switch (of(shown)) {
            case GOOD -> Optional.empty();
            case REMOVED -> Optional.of(name(shown) + " was removed from the quorum");
            case REVOKED -> Optional.of("the certificate of " + name(shown) + " was revoked");
        };
    }

    private String name(X509Certificate shown) {
        return node(shown).map(NodeId::value).orElse("a node");
    }

    /** Which node of this quorum the certificate names. */
    Optional<NodeId> node(X509Certificate certificate) {
        return PeerIdentity.of(certificate)
                .spiffeId()
                .filter(id -> id.startsWith(prefix))
                .map(id -> new NodeId(id.substring(prefix.length())));
    }

    Standing of(X509Certificate certificate) {
        // Before the state is looked at: what changes in between is looked at again.
        long now = version.get();
        Replica source = replica;
        if (source == null) {
            return Standing.GOOD;
        }
        Verdict known = verdicts.get(certificate);
        if (known != null && known.version() == now) {
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
