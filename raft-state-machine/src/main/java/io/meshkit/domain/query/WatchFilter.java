package io.meshkit.domain.query;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Tokens;
import io.meshkit.domain.records.RecordKinds;
import io.meshkit.v1.ListClustersRequest;
import io.meshkit.v1.ListConfigRequest;
import io.meshkit.v1.ListLeadershipsRequest;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.WatchClustersRequest;
import io.meshkit.v1.WatchConfigRequest;
import io.meshkit.v1.WatchEventType;
import io.meshkit.v1.WatchLeadershipsRequest;
import io.meshkit.v1.WatchPeersRequest;
import io.meshkit.v1.WatchRequest;
import io.meshkit.v1.WatchShardsRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which records a watch is about: what the list with the same fields would show.
 *
 * <p>A change concerns the watch if the record matches before or after it. Immutable. Thread: any number.
 */
public final class WatchFilter {
    private final List<String> kinds;
    private final List<String> topics;
    private final NamePredicate named;
    private final Predicate<RegistryRecord> record;
    private final byte[] hash;

    private interface NamePredicate {
        boolean test(String kind, String name, RegistryRecord record);
    }

    private WatchFilter(
            List<String> kinds,
            List<String> topics,
            NamePredicate named,
            Predicate<RegistryRecord> record,
            byte[] hash) {
        this.kinds = kinds;
        this.topics = topics;
        this.named = named;
        this.record = record;
        this.hash = hash;
    }

    /**
     * The filter of the request of a verb of kind WATCH.
     *
     * @param check what is wrong with it goes here; then the filter does not count
     * @throws IllegalArgumentException if the message is no such request
     */
    public static WatchFilter of(Message request, Check check) {
        byte[] hash = hash(request);
        return switch (request) {
            case WatchRequest all -> ofAll(all, hash, check);
            case WatchPeersRequest peers -> {
                check.optionalId("id", peers.getId());
                var matches = PeerQueries.filter(listOf(peers), check);
                yield ofOne("peer", peers.getId(), any -> matches.test(any.getPeer()), hash);
            }
            case WatchClustersRequest clusters -> {
                check.optionalId("id", clusters.getId());
                var matches = ClusterQueries.filter(listOf(clusters), check);
                yield ofOne("cluster", clusters.getId(), any -> matches.test(any.getCluster()), hash);
            }
            case WatchShardsRequest shards -> {
                check.optionalId("shardId", shards.getShardId())
                        .that(
                                shards.getShardId().isEmpty()
                                        || !shards.getNamespace().isEmpty(),
                                "shardId",
                                "a shard id without a namespace",
                                "name the namespace too");
                String name = shards.getShardId().isEmpty() ? "" : shards.getNamespace() + "/" + shards.getShardId();
                var matches = ShardQueries.filter(listOf(shards), check);
                String namespace = shards.getNamespace();
                yield name.isEmpty() && !namespace.isEmpty()
                        ? new WatchFilter(
                                List.of("shard"),
                                List.of(WatchTopics.within(namespace)),
                                exactly(name),
                                any -> matches.test(any.getShard()),
                                hash)
                        : ofOne("shard", name, any -> matches.test(any.getShard()), hash);
            }
            case WatchConfigRequest config -> {
                check.optionalId("name", config.getName());
                var matches = ConfigQueries.filter(
                        ListConfigRequest.newBuilder()
                                .setSearch(config.getSearch())
                                .build(),
                        check);
                yield ofOne("config", config.getName(), any -> matches.test(any.getConfig()), hash);
            }
            case WatchLeadershipsRequest leaders -> {
                check.text("scope", leaders.getScope(), DomainLimits.TEXT_BYTES_MAX);
                var matches = LeadershipQueries.filter(listOf(leaders), check);
                yield ofOne("leadership", leaders.getScope(), any -> matches.test(any.getLeadership()), hash);
            }
            default ->
                throw new IllegalArgumentException(
                        "not a watch: " + request.getDescriptorForType().getFullName());
        };
    }

    private static WatchFilter ofAll(WatchRequest request, byte[] hash, Check check) {
        check.each(
                        "kinds",
                        request.getKindsCount(),
                        i -> check.that(
                                RecordKinds.names().contains(request.getKinds(i)),
                                "kinds",
                                "unknown kind " + Check.shown(request.getKinds(i)),
                                String.join(", ", RecordKinds.names())))
                .text("name", request.getName(), 2 * DomainLimits.ID_MAX + 1)
                .that(
                        request.getName().isEmpty() || request.getKindsCount() == 1,
                        "name",
                        "a name without exactly one kind",
                        "name the kind too")
                .optionalId("namespace", request.getNamespace());
        String search = Filters.search(request.getSearch(), check);
        LabelSelector selector = LabelSelector.parse("labelSelector", request.getLabelSelector(), check);
        String namespace = request.getNamespace();
        List<String> kinds = request.getKindsCount() == 0 ? RecordKinds.names() : request.getKindsList();
        return new WatchFilter(
                List.copyOf(kinds),
                topics(kinds, namespace, request.getName()),
                (kind, name, any) -> Filters.equal(request.getName(), name)
                        && Filters.within(search, name)
                        && (namespace.isEmpty()
                                || (any.hasShard()
                                        && any.getShard().getNamespace().equals(namespace))),
                any -> selector == LabelSelector.ALL || selector.matches(RecordKinds.labels(any)),
                hash);
    }

    private static List<String> topics(List<String> kinds, String namespace, String name) {
        if (!name.isEmpty()) {
            return kinds.stream().map(kind -> WatchTopics.named(kind, name)).toList();
        }
        if (!namespace.isEmpty()) {
            return kinds.contains("shard") ? List.of(WatchTopics.within(namespace)) : List.of();
        }
        return List.copyOf(kinds);
    }

    /** @param name of the one record; empty: all of the kind */
    private static WatchFilter ofOne(String kind, String name, Predicate<RegistryRecord> record, byte[] hash) {
        List<String> kinds = List.of(kind);
        return new WatchFilter(kinds, topics(kinds, "", name), exactly(name), record, hash);
    }

    private static NamePredicate exactly(String asked) {
        return (kind, name, any) -> Filters.equal(asked, name);
    }

    private static ListPeersRequest listOf(WatchPeersRequest watch) {
        return ListPeersRequest.newBuilder()
                .setLabelSelector(watch.getLabelSelector())
                .addAllStatuses(watch.getStatusesList())
                .addAllAdminStates(watch.getAdminStatesList())
                .setRole(watch.getRole())
                .setClusterId(watch.getClusterId())
                .setRegion(watch.getRegion())
                .setSearch(watch.getSearch())
                .build();
    }

    private static ListClustersRequest listOf(WatchClustersRequest watch) {
        return ListClustersRequest.newBuilder()
                .setLabelSelector(watch.getLabelSelector())
                .addAllStates(watch.getStatesList())
                .setRegion(watch.getRegion())
                .setSearch(watch.getSearch())
                .build();
    }

    private static ListShardsRequest listOf(WatchShardsRequest watch) {
        return ListShardsRequest.newBuilder()
                .setNamespace(watch.getNamespace())
                .setOwnerNodeId(watch.getOwnerNodeId())
                .addAllStatuses(watch.getStatusesList())
                .setSearch(watch.getSearch())
                .setLabelSelector(watch.getLabelSelector())
                .build();
    }

    private static ListLeadershipsRequest listOf(WatchLeadershipsRequest watch) {
        return ListLeadershipsRequest.newBuilder()
                .setLabelSelector(watch.getLabelSelector())
                .setKind(watch.getKind())
                .setLeaderId(watch.getLeaderId())
                .setSearch(watch.getSearch())
                .build();
    }

    /** The kinds that can match; never empty. */
    public List<String> kinds() {
        return kinds;
    }

    /** A change that has none of these ({@link WatchTopics#of}) does not match. */
    public List<String> topics() {
        return topics;
    }

    /** Whether a change with these topics can match: a quick look before {@link #eventOf}. */
    public boolean mayConcern(Set<String> changed) {
        for (String topic : topics) {
            if (changed.contains(topic)) {
                return true;
            }
        }
        return false;
    }

    /** Tells filters apart, in resume tokens: {@link Tokens#HASH_BYTES} bytes. */
    public byte[] hash() {
        return hash.clone();
    }

    /** @param name as in {@link RecordChange} */
    public boolean matches(String kind, String name, RegistryRecord any) {
        return kinds.contains(kind) && named.test(kind, name, any) && record.test(any);
    }

    /** What the change is to the watch; UNSPECIFIED: nothing. */
    public WatchEventType eventOf(RecordChange change) {
        String kind = change.getKind();
        if (!kinds.contains(kind)) {
            return WatchEventType.WATCH_EVENT_TYPE_UNSPECIFIED;
        }
        if (change.hasAfter() && matches(kind, change.getName(), change.getAfter())) {
            return WatchEventType.WATCH_EVENT_TYPE_PUT;
        }
        if (!change.hasBefore() || !matches(kind, change.getName(), change.getBefore())) {
            return WatchEventType.WATCH_EVENT_TYPE_UNSPECIFIED;
        }
        return change.hasAfter() ? WatchEventType.WATCH_EVENT_TYPE_LEAVE : WatchEventType.WATCH_EVENT_TYPE_DELETE;
    }

    private static byte[] hash(Message request) {
        Message.Builder filter = request.toBuilder();
        for (String name : List.of("read", "watch")) {
            FieldDescriptor field = request.getDescriptorForType().findFieldByName(name);
            if (field != null) {
                filter.clearField(field);
            }
        }
        MessageDigest digest = Bytes.sha256();
        digest.update(request.getDescriptorForType().getFullName().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return Arrays.copyOf(digest.digest(Bytes.of(filter.build())), Tokens.HASH_BYTES);
    }
}
