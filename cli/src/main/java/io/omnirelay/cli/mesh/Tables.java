package io.omnirelay.cli.mesh;

import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.DeniedAttempt;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerVersions;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardDiff;
import io.meshkit.v1.ShardHistory;
import io.omnirelay.cli.output.Names;
import io.omnirelay.cli.output.Table;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The columns of each kind of record. */
final class Tables {
    static final Table<Peer> PEERS = Table.<Peer>builder()
            .text("ID", Peer::getId)
            .state("STATE", p -> Names.of(p.getAdminState()))
            .state("STATUS", p -> Names.of(p.getStatus()))
            .text("ROLE", Peer::getRole)
            .text("CLUSTER", Peer::getClusterId)
            .text("REGION", Peer::getRegion)
            .text("ZONE", Peer::getZone)
            .text("MESH", Peer::getMeshVersion)
            .number("REVISION", p -> p.getMeta().getModRevision())
            .text("LABELS", p -> labels(p.getMeta()))
            .build();

    static final Table<Cluster> CLUSTERS = Table.<Cluster>builder()
            .text("ID", Cluster::getId)
            .state("STATE", c -> Names.of(c.getState()))
            .text("REGION", Cluster::getRegion)
            .number("PRIORITY", Cluster::getPriority)
            .text("READY", c -> c.getReady() ? "yes" : "no")
            .number("EPOCH", Cluster::getFailoverEpoch)
            .text("OWNERS", c -> String.join(",", c.getOwnersList()))
            .number("REVISION", c -> c.getMeta().getModRevision())
            .build();

    static final Table<Shard> SHARDS = Table.<Shard>builder()
            .text("NAMESPACE", Shard::getNamespace)
            .text("SHARD", Shard::getShardId)
            .state("STATUS", s -> Names.of(s.getStatus()))
            .text("OWNER", Shard::getOwnerNodeId)
            .text("LEADER", Shard::getLeaderId)
            .text("STRATEGY", Shard::getStrategyId)
            .number("EPOCH", Shard::getOwnerEpoch)
            .text("CHECKSUM", Shard::getChecksum)
            .number("REVISION", s -> s.getMeta().getModRevision())
            .build();

    static final Table<ShardDiff> DIFFS = Table.<ShardDiff>builder()
            .number("REVISION", ShardDiff::getPosition)
            .text("NAMESPACE", diff -> either(diff).getNamespace())
            .text("SHARD", diff -> either(diff).getShardId())
            .text("CHANGE", diff -> !diff.hasPrevious() ? "created" : diff.hasCurrent() ? "changed" : "deleted")
            .text("PREVIOUS", diff -> diff.getPrevious().getOwnerNodeId())
            .text("OWNER", diff -> diff.getCurrent().getOwnerNodeId())
            .text("ACTOR", diff -> diff.getHistory().getActor())
            .text("TICKET", diff -> diff.getHistory().getChangeTicket())
            .text("REASON", diff -> diff.getHistory().getReason())
            .build();

    private static Shard either(ShardDiff diff) {
        return diff.hasCurrent() ? diff.getCurrent() : diff.getPrevious();
    }

    static final Table<ShardHistory> HISTORY = Table.<ShardHistory>builder()
            .number("REVISION", ShardHistory::getRevision)
            .number("VERSION", ShardHistory::getVersion)
            .text("CHANGED", h -> Names.of(h.getChangedAt()))
            .text("ACTOR", ShardHistory::getActor)
            .text("PREVIOUS", ShardHistory::getPreviousOwnerNodeId)
            .text("OWNER", ShardHistory::getOwnerNodeId)
            .state("STATUS", h -> h.getDeleted() ? "deleted" : Names.of(h.getStatus()))
            .number("EPOCH", ShardHistory::getOwnerEpoch)
            .text("TICKET", ShardHistory::getChangeTicket)
            .text("REASON", ShardHistory::getReason)
            .build();

    static final Table<ConfigDocument> CONFIG = Table.<ConfigDocument>builder()
            .text("NAME", ConfigDocument::getName)
            .number("VERSION", c -> c.getMeta().getVersion())
            .number("REVISION", c -> c.getMeta().getModRevision())
            .text("UPDATED", c -> Names.of(c.getMeta().getUpdatedAt()))
            .text("BY", c -> c.getMeta().getUpdatedBy())
            .text("TICKET", c -> c.getMeta().getChangeTicket())
            .build();

    static final Table<Leadership> LEADERSHIPS = Table.<Leadership>builder()
            .text("SCOPE", Leadership::getScope)
            .text("KIND", Leadership::getKind)
            .text("LEADER", Leadership::getLeaderId)
            .number("TERM", Leadership::getTerm)
            .number("TOKEN", Leadership::getFencingToken)
            .number("LEASE", Leadership::getLeaseId)
            .text("SINCE", l -> l.hasIssuedAt() ? Names.of(l.getIssuedAt()) : "")
            .number("WAITING", Leadership::getCandidatesCount)
            .number("REVISION", l -> l.getMeta().getModRevision())
            .build();

    static final Table<PeerVersions> VERSIONS = Table.<PeerVersions>builder()
            .text("PEER", PeerVersions::getPeerId)
            .text("ROLE", PeerVersions::getRole)
            .text("CLUSTER", PeerVersions::getClusterId)
            .text("MESH", PeerVersions::getMeshVersion)
            .text("WIRE", v -> String.join(",", v.getWireVersionsList()))
            .text("API", v -> String.join(",", v.getApiVersionsList()))
            .text("CAPABILITIES", v -> String.join(",", v.getCapabilitiesList()))
            .build();

    static final Table<AuditEntry> AUDIT = Table.<AuditEntry>builder()
            .number("REVISION", AuditEntry::getRevision)
            .text("TIME", a -> Names.of(a.getTime()))
            .text("ACTOR", AuditEntry::getActor)
            .text("VERB", AuditEntry::getVerb)
            .text("RECORD", a -> a.getDeniedCount() > 0 ? denied(a.getDeniedList()) : changes(a.getChangesList()))
            .text("TICKET", AuditEntry::getChangeTicket)
            .text("REASON", AuditEntry::getReason)
            .build();

    private Tables() {}

    private static String changes(List<RecordChange> changes) {
        if (changes.isEmpty()) {
            return "";
        }
        RecordChange first = changes.get(0);
        String more = changes.size() > 1 ? " +" + (changes.size() - 1) : "";
        return first.getKind() + " " + first.getName() + more;
    }

    /** {@code denied 12: bob CordonPeer +2}. */
    private static String denied(List<DeniedAttempt> attempts) {
        long count = attempts.stream().mapToLong(DeniedAttempt::getCount).sum();
        DeniedAttempt first = attempts.get(0);
        String more = attempts.size() > 1 ? " +" + (attempts.size() - 1) : "";
        return "denied " + count + ": " + first.getActor() + " " + first.getVerb() + more;
    }

    private static String labels(RecordMeta meta) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, String> label : new TreeMap<>(meta.getLabelsMap()).entrySet()) {
            text.append(text.isEmpty() ? "" : ",")
                    .append(label.getKey())
                    .append('=')
                    .append(label.getValue());
        }
        return text.toString();
    }
}
