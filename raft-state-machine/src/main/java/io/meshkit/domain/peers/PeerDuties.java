package io.meshkit.domain.peers;

import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.Rows;
import io.meshkit.domain.records.ShardKind;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.ErrorDetail;
import org.jspecify.annotations.Nullable;

/** What a peer still holds. */
final class PeerDuties {
    private PeerDuties() {}

    /** Why the peer cannot go yet: it owns or leads shards; or null. */
    static @Nullable ErrorDetail remaining(StoreView view, String peer) {
        int owned = Rows.count(view, ShardKind.byOwnerPrefix(peer));
        int led = Rows.count(view, ShardKind.byLeaderPrefix(peer));
        if (owned == 0 && led == 0) {
            return null;
        }
        return Errors.precondition(
                "peer " + peer + " owns " + Rows.shown(owned) + " and leads " + Rows.shown(led) + " shards",
                "assign its shards to other peers first");
    }
}
