package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import org.junit.jupiter.api.Test;

class AuditChainTest {
    private static AuditEntry chained(ByteString previous, AuditEntry.Builder entry) {
        return entry.setHash(AuditChain.hash(previous, entry.build())).build();
    }

    private static AuditEntry entry(String... labels) {
        RecordMeta.Builder meta = RecordMeta.newBuilder();
        for (String label : labels) {
            meta.putLabels(label, "v");
        }
        Peer peer = Peer.newBuilder().setId("a").setMeta(meta).build();
        return chained(
                AuditChain.ROOT,
                AuditEntry.newBuilder()
                        .setRevision(1)
                        .setActor("admin")
                        .setVerb("RegisterPeer")
                        .addChanges(RecordChange.newBuilder()
                                .setKind("peer")
                                .setAfter(RegistryRecord.newBuilder().setPeer(peer))));
    }

    @Test
    void follows_whatWasChained() {
        AuditEntry first = entry("x");
        AuditEntry second = chained(first.getHash(), AuditEntry.newBuilder().setRevision(2));
        assertThat(AuditChain.follows(AuditChain.ROOT, first)).isTrue();
        assertThat(AuditChain.follows(first.getHash(), second)).isTrue();
        assertThat(AuditChain.follows(AuditChain.ROOT, second)).isFalse();
    }

    @Test
    void follows_aChangedEntry_isFalse() {
        AuditEntry forged = entry("x").toBuilder().setActor("somebody else").build();
        assertThat(AuditChain.follows(AuditChain.ROOT, forged)).isFalse();
    }

    @Test
    void hash_knowsNoOrderOfMaps() {
        assertThat(entry("a", "b", "c").getHash())
                .isEqualTo(entry("c", "b", "a").getHash())
                .isNotEqualTo(entry("a", "b").getHash());
    }
}
