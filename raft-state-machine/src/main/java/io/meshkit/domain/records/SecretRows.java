package io.meshkit.domain.records;

import com.google.protobuf.ByteString;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.kernel.Work;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.TokenSecretRow;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the secrets of one kind of token: rows of their own, so that it is in no record, no answer and no
 * audit entry. Immutable.
 *
 * @param prefix of the rows' keys in the meta table; ASCII
 */
record SecretRows(String prefix) {
    /** @param sha256 of the secret, 32 bytes */
    void put(Work work, String id, ByteString sha256) {
        work.putMeta(key(id), TokenSecretRow.newBuilder().setSha256(sha256).build());
    }

    void remove(Work work, String id) {
        work.putMeta(key(id), null);
    }

    @Nullable
    ByteString get(StoreView view, String id) {
        byte[] row = view.get(Tables.META, key(id));
        return row == null ? null : Bytes.parse(TokenSecretRow.parser(), row).getSha256();
    }

    private byte[] key(String id) {
        return (prefix + id).getBytes(StandardCharsets.UTF_8);
    }
}
