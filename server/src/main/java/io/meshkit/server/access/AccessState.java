package io.meshkit.server.access;

import com.google.protobuf.ByteString;
import io.meshkit.domain.Applied;
import io.meshkit.domain.StateMeta;
import io.meshkit.domain.access.AccessResolver;
import io.meshkit.domain.access.Grants;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.records.JoinTokenKind;
import io.meshkit.domain.records.RecordKinds;
import io.meshkit.domain.records.TokenKind;
import io.meshkit.raft.ApplyListener;
import io.meshkit.raft.Replica;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.AccessToken;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.RecordChange;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The access records as this node knows them, for early refusal and for reads.
 *
 * <p>What was found out about a caller is kept until the records change; the apply thread only says that they have.
 * While the registry has no access records, the access file speaks. Thread: any number.
 */
public final class AccessState implements ApplyListener {
    /** Callers and tokens that are kept, each; beyond, all are found out anew. */
    static final int KEPT_MAX = 10_000;

    private static final List<String> KINDS = RecordKinds.ALL.stream()
            .filter(RecordKind::governsAccess)
            .map(RecordKind::name)
            .toList();

    private final Principals file;
    private volatile @Nullable Replica replica;
    /** Of the newest change that this node has applied. */
    private volatile long revision;

    private volatile Known known = new Known(-1);

    /** What is known of a token. @param sha256 of its text */
    record Token(String principal, ByteString sha256) {}

    /** What was found out at one revision of the access records. */
    private record Known(
            long revision, ConcurrentHashMap<Caller, Grants> grants, ConcurrentHashMap<String, Token> tokens) {
        Known(long revision) {
            this(revision, new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }

        boolean isFull() {
            return grants.size() >= KEPT_MAX || tokens.size() >= KEPT_MAX;
        }
    }

    /** @param file speaks until there are access records */
    public AccessState(Principals file) {
        this.file = file;
    }

    /** Begins to look at the replica's state. */
    public void attach(Replica ofReplica) {
        replica = ofReplica;
        look();
    }

    @Override
    public void applied(long index, Applied applied) {
        for (AuditEntry entry : applied.entries()) {
            for (RecordChange change : entry.getChangesList()) {
                if (KINDS.contains(change.getKind())) {
                    revision = entry.getRevision();
                    break;
                }
            }
        }
    }

    @Override
    public void replaced(long index) {
        look();
    }

    private void look() {
        if (replica != null) {
            try (StoreSnapshot view = Objects.requireNonNull(replica).snapshot()) {
                revision = Math.max(revision, StateMeta.accessRevision(view));
            }
        }
    }

    /** Of the last change of the access records that this node has applied; 0: there are none yet. */
    public long revision() {
        return revision;
    }

    /** What the caller may do, as this node knows it. */
    public Grants grants(Caller caller) {
        Known now = known();
        Grants found = now.grants().get(caller);
        if (found != null) {
            return found;
        }
        try (StoreSnapshot view = Objects.requireNonNull(replica).snapshot()) {
            return grants(view, caller);
        }
    }

    /** What the caller may do in the state that the view shows. */
    public Grants grants(StoreView view, Caller caller) {
        long ofView = StateMeta.accessRevision(view);
        Known now = known();
        Grants found = ofView == now.revision() ? now.grants().get(caller) : null;
        if (found != null) {
            return found;
        }
        Grants made = ofView == 0
                ? Grants.whole(caller, file.scope(caller.principal()))
                : AccessResolver.resolve(view, caller);
        if (ofView == now.revision()) {
            now.grants().put(caller, made);
        }
        return made;
    }

    /** The token, if this node knows it. */
    Optional<Token> token(String id) {
        Known now = known();
        Token found = now.tokens().get(id);
        if (found != null) {
            return Optional.of(found);
        }
        try (StoreSnapshot view = Objects.requireNonNull(replica).snapshot()) {
            long ofView = StateMeta.accessRevision(view);
            Optional<Token> made = ofView == 0 ? file.token(id) : token(view, id);
            if (ofView == now.revision()) {
                made.ifPresent(token -> now.tokens().put(id, token));
            }
            return made;
        }
    }

    /** What is kept of the join token's secret, if this node knows it. They come and go, and are not kept here. */
    Optional<ByteString> joinSecret(String id) {
        try (StoreSnapshot view = Objects.requireNonNull(replica).snapshot()) {
            return Optional.ofNullable(JoinTokenKind.secret(view, id));
        }
    }

    private static Optional<Token> token(StoreView view, String id) {
        AccessToken token = TokenKind.TOKEN.get(view, TokenKind.TOKEN.ref(id));
        ByteString sha256 = TokenKind.secret(view, id);
        return token == null || sha256 == null
                ? Optional.empty()
                : Optional.of(new Token(token.getPrincipal(), sha256));
    }

    private Known known() {
        Known now = known;
        if (now.revision() != revision || now.isFull()) {
            now = new Known(revision);
            known = now;
        }
        return now;
    }
}
