package io.meshkit.domain.kernel;

import io.meshkit.storage.KeyWriter;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.RecordChange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How rows are named. Every first tag of every table stands here, so that no two kinds of row can meet.
 *
 * <p>The bytes are stored: changing a tag changes the storage format.
 */
public final class RowKeys {
    /** In {@link Tables#RECORDS}: the kinds. */
    public static final int PEER = 1;

    public static final int CLUSTER = 2;
    public static final int SHARD = 3;
    public static final int CONFIG = 4;
    public static final int LEADERSHIP = 8;
    public static final int ROLE = 20;
    public static final int BINDING = 21;
    public static final int TOKEN = 22;
    public static final int JOIN_TOKEN = 23;
    public static final int CERTIFICATE = 24;
    public static final int REVOCATION = 25;
    public static final int ISSUING_POLICY = 26;
    public static final int MEMBER = 32;
    public static final int ACTION_POLICY = 40;
    public static final int APPROVAL = 41;
    public static final int NAMESPACE_QUOTA = 42;

    /** In {@link Tables#INDEX}: owner, shard. */
    public static final int SHARDS_BY_OWNER = 1;
    /** Leader, shard. */
    public static final int SHARDS_BY_LEADER = 2;
    /** Cluster, peer. */
    public static final int PEERS_BY_CLUSTER = 3;
    /** Cluster, cluster that depends on it. */
    public static final int CLUSTERS_BY_DEPENDENCY = 4;
    /** State, cluster. */
    public static final int CLUSTERS_BY_STATE = 5;
    /** Kind, name, revision. */
    public static final int AUDIT_BY_RECORD = 6;
    /** Request id, revision. */
    public static final int AUDIT_BY_REQUEST = 7;

    /** Subject's kind, subject, binding. */
    public static final int BINDINGS_BY_SUBJECT = 20;
    /** Role, binding. */
    public static final int BINDINGS_BY_ROLE = 21;
    /** Batch, token. */
    public static final int TOKENS_BY_BATCH = 22;
    /** Batch, join token. */
    public static final int JOIN_TOKENS_BY_BATCH = 23;
    /** Expiry, join token. */
    public static final int JOIN_TOKENS_BY_EXPIRY = 24;
    /** SPIFFE id, serial number. */
    public static final int CERTIFICATES_BY_SPIFFE = 25;
    /** Expiry, serial number. */
    public static final int CERTIFICATES_BY_EXPIRY = 26;
    /** Batch, serial number. */
    public static final int CERTIFICATES_BY_BATCH = 27;
    /** Expiry, revocation. */
    public static final int REVOCATIONS_BY_EXPIRY = 28;

    /** Requester, approval. */
    public static final int APPROVALS_BY_REQUESTER = 41;
    /** Expiry, approval. */
    public static final int APPROVALS_BY_EXPIRY = 42;

    private RowKeys() {}

    public static byte[] journal(long revision) {
        return new KeyWriter().number(revision).toBytes();
    }

    public static byte[] auditByRecordPrefix(String kind, String name) {
        return new KeyWriter().tag(AUDIT_BY_RECORD).text(kind).text(name).toBytes();
    }

    public static byte[] auditByRequestPrefix(String requestId) {
        return new KeyWriter().tag(AUDIT_BY_REQUEST).text(requestId).toBytes();
    }

    /** The keys in {@link Tables#INDEX} by which an audit entry is found. */
    public static List<byte[]> auditIndex(AuditEntry entry) {
        List<byte[]> keys = new ArrayList<>(entry.getChangesCount() + 1);
        for (RecordChange change : entry.getChangesList()) {
            keys.add(withRevision(auditByRecordPrefix(change.getKind(), change.getName()), entry.getRevision()));
        }
        keys.add(withRevision(auditByRequestPrefix(entry.getRequestId()), entry.getRevision()));
        return keys;
    }

    /** The prefix, then a revision. */
    public static byte[] withRevision(byte[] prefix, long revision) {
        byte[] key = Arrays.copyOf(prefix, prefix.length + Long.BYTES);
        ByteBuffer.wrap(key).putLong(prefix.length, revision);
        return key;
    }

    /** The revision that ends the key. */
    public static long revisionOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
    }

    /** The request id first: ids that begin with the time of their making, as the SDK's, come in the order of keys. */
    static byte[] dedupe(String principal, String requestId) {
        return new KeyWriter().text(requestId).text(principal).toBytes();
    }

    /** The smallest expiry key of that time: rows that expire before it sort before it. */
    static byte[] dedupeExpiryBound(long expiresAtMs) {
        return new KeyWriter().number(expiresAtMs).toBytes();
    }

    static byte[] dedupeExpiry(long expiresAtMs, byte[] rowKey) {
        byte[] bound = dedupeExpiryBound(expiresAtMs);
        byte[] key = Arrays.copyOf(bound, bound.length + rowKey.length);
        System.arraycopy(rowKey, 0, key, bound.length, rowKey.length);
        return key;
    }

    static byte[] dedupeRowOf(byte[] expiryKey) {
        return Arrays.copyOfRange(expiryKey, Long.BYTES, expiryKey.length);
    }
}
