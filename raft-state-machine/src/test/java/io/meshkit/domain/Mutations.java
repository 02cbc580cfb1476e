package io.meshkit.domain;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Requests;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.LeaseStep;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardStatus;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/** Well-formed mutations over few names, so that they meet. */
final class Mutations {
    private static final Arbitrary<String> PEERS = Arbitraries.of("a", "b", "c");
    private static final Arbitrary<String> CLUSTERS = Arbitraries.of("eu", "us");
    private static final Arbitrary<String> SHARDS = Arbitraries.of("s", "t");
    private static final Arbitrary<String> OWNERS = Arbitraries.of("", "a", "b");
    private static final Arbitrary<Long> EPOCHS = Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.just(0L)), Tuple.of(2, Arbitraries.longs().between(1, 4)));

    private Mutations() {}

    static Arbitrary<List<Message>> lists(int sizeMax) {
        return any().list().ofMinSize(1).ofMaxSize(sizeMax).withSizeDistribution(RandomDistribution.uniform());
    }

    static Arbitrary<Message> any() {
        return Arbitraries.frequencyOf(
                Tuple.of(9, single()),
                Tuple.of(4, leases()),
                Tuple.of(
                        1,
                        single().list()
                                .ofMinSize(1)
                                .ofMaxSize(4)
                                .map(steps -> TransactHandlerTest.transact(steps.toArray(new Message[0])))));
    }

    private static Arbitrary<Message> single() {
        return Combinators.combine(bare(), expectations()).as((request, expected) -> {
            MutationOptions options = Requests.options(request).toBuilder()
                    .mergeFrom(expected)
                    .setReason("because")
                    .setChangeTicket("CHG-1")
                    .build();
            return Requests.withOptions(request, options);
        });
    }

    /** Mostly nothing; sometimes an etag or a version that may hold. */
    private static Arbitrary<MutationOptions> expectations() {
        Arbitrary<MutationOptions> some = Arbitraries.of("*", "\"1\"", "\"2\"", "\"3\"", "\"5\"", "v1", "v2")
                .map(text -> text.startsWith("v")
                        ? MutationOptions.newBuilder()
                                .setExpectedVersion(Long.parseLong(text.substring(1)))
                                .build()
                        : MutationOptions.newBuilder().setIfMatch(text).build());
        return Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(MutationOptions.getDefaultInstance())), Tuple.of(1, some));
    }

    private static Arbitrary<Message> bare() {
        return Arbitraries.oneOf(peers(), clusters(), shards(), configs());
    }

    private static Arbitrary<Message> peers() {
        Arbitrary<Message> register = Combinators.combine(
                        PEERS, Arbitraries.of("", "gateway"), Arbitraries.of("", "eu"), Arbitraries.of("", "x"))
                .as((id, role, cluster, label) -> Make.register(Peer.newBuilder()
                        .setId(id)
                        .setRole(role)
                        .setClusterId(cluster)
                        .setMeta(
                                label.isEmpty()
                                        ? RecordMeta.getDefaultInstance()
                                        : RecordMeta.newBuilder()
                                                .putLabels("z", label)
                                                .putLabels("b", "1")
                                                .putLabels("k", "2")
                                                .build())
                        .build()));
        Arbitrary<Message> plain = PEERS.map(Make::register);
        Arbitrary<Message> admin = PEERS.flatMap(id -> Arbitraries.of(List.of(
                Make.cordon(id),
                Make.uncordon(id),
                Make.drain(id),
                Make.drained(id),
                Make.resume(id),
                Make.deregister(id),
                Make.label(id, "k", "v"))));
        return Arbitraries.frequencyOf(Tuple.of(4, plain), Tuple.of(2, register), Tuple.of(5, admin));
    }

    /** Terms, generations, lease ids and tokens that fit often enough, and often do not. */
    private static Arbitrary<Message> leases() {
        Arbitrary<Long> ids = Arbitraries.longs().between(1, 14);
        Arbitrary<Long> idOrNone = Arbitraries.frequencyOf(Tuple.of(2, Arbitraries.just(0L)), Tuple.of(1, ids));
        Arbitrary<String> scopes = Arbitraries.of("x", "y");
        Arbitrary<LeaseStep> step = Combinators.combine(
                        Arbitraries.of(LeaseStep.Kind.RENEW, LeaseStep.Kind.CHECKPOINT, LeaseStep.Kind.EXPIRE),
                        ids,
                        Arbitraries.frequency(Tuple.of(5, 1L), Tuple.of(3, 2L), Tuple.of(1, 3L)))
                .as(Make::step);
        Arbitrary<Message> settle = Combinators.combine(
                        Arbitraries.frequency(Tuple.of(7, 1L), Tuple.of(1, 2L)),
                        step.list().ofMinSize(1).ofMaxSize(5).uniqueElements(LeaseStep::getLeaseId))
                .as((term, steps) -> Make.settle(term, steps.toArray(new LeaseStep[0])));
        Arbitrary<Message> campaign = Combinators.combine(scopes, PEERS, Arbitraries.of(true, true, false))
                .as(Make::campaign);
        Arbitrary<Message> resign = Combinators.combine(scopes, PEERS, idOrNone).as(Make::resign);
        Arbitrary<Message> fenced = Combinators.combine(PEERS, scopes, ids)
                .as((peer, scope, token) -> Registry.with(
                        Make.label(peer, "by", scope),
                        options -> options.setFencingScope(scope).setFencingToken(token)));
        return Arbitraries.frequencyOf(
                Tuple.of(4, PEERS.map(id -> Make.leased(id, 3000))),
                Tuple.of(1, Combinators.combine(PEERS, idOrNone).as(Make::leave)),
                Tuple.of(6, settle),
                Tuple.of(6, campaign),
                Tuple.of(2, resign),
                Tuple.of(1, scopes.map(Make::deleteLeadership)),
                Tuple.of(2, fenced));
    }

    private static Arbitrary<Message> clusters() {
        Arbitrary<ClusterState> states = Arbitraries.of(
                ClusterState.CLUSTER_STATE_ACTIVE,
                ClusterState.CLUSTER_STATE_PASSIVE,
                ClusterState.CLUSTER_STATE_DRAINING,
                ClusterState.CLUSTER_STATE_MAINTENANCE);
        Arbitrary<Message> create = Combinators.combine(CLUSTERS, states, Arbitraries.of("", "eu"))
                .as((id, state, dependency) -> {
                    var cluster = Make.descriptor(id)
                            .setState(
                                    state == ClusterState.CLUSTER_STATE_ACTIVE
                                            ? state
                                            : ClusterState.CLUSTER_STATE_PASSIVE);
                    if (!dependency.isEmpty() && !dependency.equals(id)) {
                        cluster.addDependencies(dependency);
                    }
                    return Make.create(cluster.build());
                });
        Arbitrary<Message> update = Combinators.combine(CLUSTERS, states).as(Make::state);
        Arbitrary<Message> failover = Combinators.combine(CLUSTERS, EPOCHS, Arbitraries.of(true, false))
                .as((id, epoch, up) -> up
                        ? Make.promote(id).toBuilder()
                                .setExpectedFailoverEpoch(epoch)
                                .build()
                        : Make.demote(id).toBuilder()
                                .setExpectedFailoverEpoch(epoch)
                                .build());
        return Arbitraries.frequencyOf(
                Tuple.of(4, create),
                Tuple.of(3, update),
                Tuple.of(3, failover),
                Tuple.of(1, CLUSTERS.map(Make::deleteCluster)));
    }

    private static Arbitrary<Message> shards() {
        Arbitrary<Message> upsert = Combinators.combine(
                        SHARDS, OWNERS, EPOCHS, Arbitraries.integers().between(0, 2))
                .as((id, owner, epoch, capacity) -> Make.upsert(Shard.newBuilder()
                                .setNamespace("ns")
                                .setShardId(id)
                                .setOwnerNodeId(owner)
                                .setCapacityHint(capacity)
                                .build())
                        .toBuilder()
                        .setExpectedOwnerEpoch(epoch)
                        .build());
        Arbitrary<Message> assign = Combinators.combine(SHARDS, OWNERS, EPOCHS)
                .as((id, owner, epoch) -> Make.assign("ns", id, owner).toBuilder()
                        .setExpectedOwnerEpoch(epoch)
                        .build());
        Arbitrary<Message> status = Combinators.combine(
                        SHARDS,
                        Arbitraries.of(ShardStatus.SHARD_STATUS_ACTIVE, ShardStatus.SHARD_STATUS_PAUSED),
                        EPOCHS)
                .as((id, to, epoch) -> Make.shardStatus("ns", id, to).toBuilder()
                        .setExpectedOwnerEpoch(epoch)
                        .build());
        return Arbitraries.frequencyOf(
                Tuple.of(4, upsert),
                Tuple.of(3, assign),
                Tuple.of(2, status),
                Tuple.of(1, SHARDS.map(id -> Make.deleteShard("ns", id))));
    }

    private static Arbitrary<Message> configs() {
        Arbitrary<String> documents = Arbitraries.of(
                "{}",
                "{\"a\": 1}",
                "{\"a\": null}",
                "{\"a\": {\"b\": 2, \"c\": null}}",
                "{\"a\": {\"b\": null}, \"z\": [1, 2]}");
        return Arbitraries.frequencyOf(
                Tuple.of(4, documents.map(json -> Make.patch("mesh", json))),
                Tuple.of(1, Arbitraries.just(Make.deleteConfig("mesh"))));
    }
}
