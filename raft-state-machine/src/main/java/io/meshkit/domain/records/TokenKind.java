package io.meshkit.domain.records;

import com.google.protobuf.ByteString;
import com.google.protobuf.Parser;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Work;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.AccessToken;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tokens, found by id and by batch. What is kept of the secret stands in a row of its own, so that it is in no
 * record, no answer and no audit entry; it goes with the token.
 */
public final class TokenKind implements RecordKind<AccessToken> {
    public static final TokenKind TOKEN = new TokenKind();

    private static final SecretRows SECRETS = new SecretRows("token-secret/");

    private TokenKind() {}

    public RecordRef<AccessToken> ref(String id) {
        return new RecordRef<>(
                this, id, new KeyWriter().tag(RowKeys.TOKEN).text(id).toBytes());
    }

    /** The index rows of a batch begin so; the token's id follows. */
    public static byte[] byBatchPrefix(String batch) {
        return new KeyWriter().tag(RowKeys.TOKENS_BY_BATCH).text(batch).toBytes();
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
    public void onChange(
            Work work, RecordRef<AccessToken> ref, @Nullable AccessToken before, @Nullable AccessToken after) {
        if (after == null) {
            SECRETS.remove(work, ref.name());
        }
    }

    @Override
    public List<byte[]> indexKeys(AccessToken token) {
        return token.getBatchId().isEmpty()
                ? List.of()
                : List.of(new KeyWriter()
                        .tag(RowKeys.TOKENS_BY_BATCH)
                        .text(token.getBatchId())
                        .text(token.getId())
                        .toBytes());
    }

    @Override
    public boolean governsAccess() {
        return true;
    }

    @Override
    public String name() {
        return "token";
    }

    @Override
    public int tag() {
        return RowKeys.TOKEN;
    }

    @Override
    public Parser<AccessToken> parser() {
        return AccessToken.parser();
    }

    @Override
    public RecordRef<AccessToken> refOf(AccessToken token) {
        return ref(token.getId());
    }

    @Override
    public RecordMeta meta(AccessToken token) {
        return token.getMeta();
    }

    @Override
    public AccessToken withMeta(AccessToken token, RecordMeta meta) {
        return token.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(AccessToken token) {
        return RegistryRecord.newBuilder().setToken(token).build();
    }

    @Override
    public long countMax(DomainLimits limits) {
        return limits.accessRecordsMax();
    }
}
