package io.meshkit.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.query.WatchFilter;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.DeregisterPeerRequest;
import io.meshkit.v1.LabelPeerRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.TransactRequest;
import io.meshkit.v1.TransactionOperation;
import io.meshkit.v1.UpsertShardRequest;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchEventType;
import io.meshkit.v1.WatchOptions;
import io.meshkit.v1.WatchPeersRequest;
import io.meshkit.v1.WatchRequest;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchShardsRequest;
import io.meshkit.v1.WatchStart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever happens, a watcher's changes are the audit history, filtered: in order, once, without a gap. */
class WatchHubProperties {
    private static final List<Message> FILTERS = List.of(
            WatchRequest.getDefaultInstance(),
            WatchRequest.newBuilder().addKinds("peer").setName("a").build(),
            WatchRequest.newBuilder().setLabelSelector("x=1").build(),
            WatchPeersRequest.newBuilder().setLabelSelector("x").build(),
            WatchPeersRequest.newBuilder().setSearch("B").build(),
            WatchShardsRequest.newBuilder().setNamespace("n").build(),
            WatchShardsRequest.newBuilder().setNamespace("m").setShardId("s").build(),
            WatchRequest.newBuilder().setNamespace("m").build(),
            WatchRequest.newBuilder().addKinds("peer").setNamespace("n").build());

    /** A mutation; or of a watcher: stall it, let it read, cut it off and resume it, or one more. */
    private record Step(int kind, int which, Message mutation) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<String> names = Arbitraries.of("a", "b", "bb", "c");
        Arbitrary<Message> label = Combinators.combine(names, Arbitraries.of("1", "2"))
                .as((name, value) -> LabelPeerRequest.newBuilder()
                        .setId(name)
                        .putSet("x", value)
                        .build());
        Arbitrary<Message> unlabel = names.map(
                name -> LabelPeerRequest.newBuilder().setId(name).addRemove("x").build());
        Arbitrary<Message> gone =
                names.map(name -> DeregisterPeerRequest.newBuilder().setId(name).build());
        Arbitrary<Message> shard = Combinators.combine(Arbitraries.of("n", "m"), Arbitraries.of(1.0, 2.0))
                .as((namespace, hint) -> upsert(namespace, hint));
        Arbitrary<Message> both = Combinators.combine(label, shard)
                .as((one, other) -> TransactRequest.newBuilder()
                        .addOperations(TransactionOperation.newBuilder().setLabelPeer((LabelPeerRequest) one))
                        .addOperations(TransactionOperation.newBuilder().setUpsertShard((UpsertShardRequest) other))
                        .build());
        Arbitrary<Message> mutation =
                Arbitraries.oneOf(names.map(WatchHubProperties::register), label, unlabel, gone, shard, both);
        return Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(12, 0), Tuple.of(2, 1), Tuple.of(2, 2), Tuple.of(2, 3), Tuple.of(1, 4)),
                        Arbitraries.integers().between(0, 20),
                        mutation)
                .as(Step::new)
                .list()
                .ofMinSize(10)
                .ofMaxSize(120);
    }

    private static Message register(String name) {
        return RegisterPeerRequest.newBuilder()
                .setPeer(Peer.newBuilder().setId(name).setRole("worker"))
                .build();
    }

    private static Message upsert(String namespace, double hint) {
        return UpsertShardRequest.newBuilder()
                .setShard(Shard.newBuilder()
                        .setNamespace(namespace)
                        .setShardId("s")
                        .setStrategyId("ring")
                        .setCapacityHint(hint))
                .build();
    }

    /** One watch over all its streams. */
    private static final class Followed {
        final Message filter;
        final long from;
        final List<WatchResponse> earlier = new ArrayList<>();
        RecordingSink sink;

        Followed(Message filter, long from) {
            this.filter = filter;
            this.from = from;
        }

        Message request(WatchOptions options) {
            return filter.toBuilder()
                    .setField(filter.getDescriptorForType().findFieldByName("watch"), options)
                    .build();
        }

        List<WatchResponse> changes() {
            List<WatchResponse> all = new ArrayList<>(earlier);
            all.addAll(sink.changes());
            return all;
        }
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void changes_areTheFilteredAuditHistory(@ForAll("steps") List<Step> steps) {
        WatchLimits limits = new WatchLimits(1_000, 3, 1 << 20, 2, Duration.ofMillis(5));
        List<Followed> all = new ArrayList<>();
        try (WatchFixture node = new WatchFixture(limits)) {
            FILTERS.forEach(filter -> all.add(begin(node, filter)));
            for (Step step : steps) {
                Followed one = all.get(step.which() % all.size());
                switch (step.kind()) {
                    case 0 -> node.offer(step.mutation());
                    case 1 -> one.sink.ready = false;
                    case 2 -> one.sink.ready = true;
                    case 3 -> resume(node, one);
                    default -> all.add(begin(node, FILTERS.get(step.which() % FILTERS.size())));
                }
            }
            for (Followed one : all) {
                one.sink.ready = true;
                WatchFixture.await(() -> one.sink.reached() >= node.revision());
                assertThat(one.sink.failure).isNull();
            }
            List<AuditEntry> journal = node.journal();
            for (Followed one : all) {
                assertThat(one.changes().stream().map(WatchHubProperties::shown))
                        .as(one.filter.toString())
                        .isEqualTo(expected(one, journal));
            }
        }
    }

    private static Followed begin(WatchFixture node, Message filter) {
        Followed one = new Followed(filter, node.revision() + 1);
        one.sink = node.watch(one.request(
                WatchOptions.newBuilder().setStart(WatchStart.WATCH_START_NOW).build()));
        return one;
    }

    private static void resume(WatchFixture node, Followed one) {
        RecordingSink old = one.sink;
        old.cut();
        one.earlier.addAll(old.changes());
        one.sink = node.watch(one.request(
                WatchOptions.newBuilder().setResumeToken(old.token()).build()));
    }

    private static List<String> expected(Followed one, List<AuditEntry> journal) {
        WatchFilter filter = WatchFilter.of(one.filter, new Check());
        List<String> expected = new ArrayList<>();
        for (AuditEntry entry : journal) {
            StringBuilder shown = new StringBuilder();
            int position = 0;
            for (RecordChange change : entry.getChangesList()) {
                boolean before =
                        change.hasBefore() && filter.matches(change.getKind(), change.getName(), change.getBefore());
                boolean after =
                        change.hasAfter() && filter.matches(change.getKind(), change.getName(), change.getAfter());
                if (before || after) {
                    WatchEventType type = after
                            ? WatchEventType.WATCH_EVENT_TYPE_PUT
                            : change.hasAfter()
                                    ? WatchEventType.WATCH_EVENT_TYPE_LEAVE
                                    : WatchEventType.WATCH_EVENT_TYPE_DELETE;
                    shown.append(' ')
                            .append(position)
                            .append(type)
                            .append(change.getAfter())
                            .append(change.getBefore());
                }
                position++;
            }
            if (!shown.isEmpty() && entry.getRevision() >= one.from) {
                expected.add(entry.getRevision() + entry.getVerb() + shown);
            }
        }
        return expected;
    }

    private static String shown(WatchResponse message) {
        StringBuilder shown = new StringBuilder();
        for (WatchEvent event : message.getChange().getEventsList()) {
            shown.append(' ')
                    .append(event.getPosition())
                    .append(event.getType())
                    .append(event.getRecord())
                    .append(event.getPrevious());
        }
        return message.getRevision() + message.getChange().getVerb() + shown;
    }
}
