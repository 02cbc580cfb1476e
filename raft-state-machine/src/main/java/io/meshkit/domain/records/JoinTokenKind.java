package io.meshkit.domain.records;

import com.google.protobuf.ByteString;
import com.google.protobuf.Parser;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.JoinToken;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Join tokens, found by id, by batch and by expiry. They give nobody a right by themselves, so that a change of one
 * changes nobody's rights.
 */
public final class JoinTokenKind implements RecordKind<JoinToken> {
    public static final JoinTokenKind JOIN_TOKEN = new JoinTokenKind();

    private static final SecretRows SECRETS = new SecretRows("join-secret/");

    private JoinTokenKind() {}

    public RecordRef<JoinToken> ref(String id) {
        return new RecordRef<>(
                this, id, new KeyWriter().tag(RowKeys.JOIN_TOKEN).text(id).toBytes());
    }

    /** The index rows of a batch begin so; the token's id follows. */
    public static byte[] byBatchPrefix(String batch) {
        return new KeyWriter().tag(RowKeys.JOIN_TOKENS_BY_BATCH).text(batch).toBytes();
    }

    /** Stages what is kept of the secret. @param sha256 32 bytes */
    public static void putSecret(Work work, String id, ByteString sha256) {
        SECRETS.put(work, id, sha256);
    }

    /** SHA-256 of the secret, or null if there is no such token. */
    public static @Nullable ByteString secret(StoreView view, String id) {
        return SECRETS.get(view, id);
    }

    @Override
    public void onChange(Work work, RecordRef<JoinToken> ref, @Nullable JoinToken before, @Nullable JoinToken after) {
        if (after == null) {
            SECRETS.remove(work, ref.name());
        }
    }

    @Override
    public List<byte[]> indexKeys(JoinToken token) {
        List<byte[]> keys = new ArrayList<>();
        if (!token.getBatchId().isEmpty()) {
            keys.add(new KeyWriter()
                    .tag(RowKeys.JOIN_TOKENS_BY_BATCH)
                    .text(token.getBatchId())
                    .text(token.getId())
                    .toBytes());
        }
        keys.add(new KeyWriter()
                .tag(RowKeys.JOIN_TOKENS_BY_EXPIRY)
                .number(Times.unixMs(token.getExpiresAt()))
                .text(token.getId())
                .toBytes());
        return keys;
    }

    @Override
    public String name() {
        return "join_token";
    }

    @Override
    public int tag() {
        return RowKeys.JOIN_TOKEN;
    }

    @Override
    public Parser<JoinToken> parser() {
        return JoinToken.parser();
    }

    @Override
    public RecordRef<JoinToken> refOf(JoinToken token) {
        return ref(token.getId());
    }

    @Override
    public RecordMeta meta(JoinToken token) {
        return token.getMeta();
    }

    @Override
    public JoinToken withMeta(JoinToken token, RecordMeta meta) {
        return token.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(JoinToken token) {
        return RegistryRecord.newBuilder().setJoinToken(token).build();
    }

    @Override
    public long countMax(DomainLimits limits) {
        return limits.accessRecordsMax();
    }

    @Override
    public String cluster(JoinToken token) {
        return token.getClusterId();
    }
}
