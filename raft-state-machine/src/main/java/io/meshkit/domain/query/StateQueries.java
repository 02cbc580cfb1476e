package io.meshkit.domain.query;

import io.meshkit.domain.QueryResult;
import io.meshkit.domain.StateMeta;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.GetStateHashRequest;
import io.meshkit.v1.GetStateHashResponse;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** The hashes by which two nodes at one revision compare their states. */
public final class StateQueries {
    private StateQueries() {}

    public static List<QueryHandler<?>> all() {
        return List.of(new QueryHandler<>(GetStateHashRequest.getDefaultInstance(), StateQueries::hash));
    }

    private static QueryResult hash(StoreView view, GetStateHashRequest request, Check check) {
        MessageDigest digest = Bytes.sha256();
        long records = 0;
        try (Cursor cursor = view.scan(Tables.RECORDS, Keys.EMPTY, null)) {
            while (cursor.next()) {
                update(digest, cursor.key());
                update(digest, cursor.value());
                records++;
            }
        }
        return new QueryResult.Answered(GetStateHashResponse.newBuilder()
                .setChainHash(HexFormat.of().formatHex(StateMeta.chainHash(view)))
                .setContentHash(HexFormat.of().formatHex(digest.digest()))
                .setRecords(records)
                .build());
    }

    /** With its length before it, so that no two lists of rows give the same bytes. */
    private static void update(MessageDigest digest, byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }
}
