package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.InformerCache.Delta;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.WatchBookmark;
import io.meshkit.v1.WatchChange;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchEventType;
import io.meshkit.v1.WatchOpened;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchState;
import io.meshkit.v1.WatchSynced;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The cache after any stream, with resyncs and cut states in it, equals a plain map. */
class InformerProperties {
    private static final int RECORDS_MAX = 6;

    /** What the registry does. @param events name → role; an empty role deletes */
    record Step(Kind kind, List<Map.Entry<String, String>> events) {}

    enum Kind {
        /** One revision, seen by the watch. */
        CHANGE,
        BOOKMARK,
        /** One revision that the watch does not see: it must resync. */
        UNSEEN,
        RESYNC,
        /** A fresh state that is cut in the middle. */
        CUT
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Map.Entry<String, String>> event = Combinators.combine(
                        Arbitraries.of("a", "b", "c", "d", "e", "f", "g", "h"), Arbitraries.of("", "x", "y", "z"))
                .as(Map::entry);
        return Combinators.combine(
                        Arbitraries.of(Kind.class), event.list().ofMinSize(1).ofMaxSize(3))
                .as(Step::new)
                .list()
                .ofMaxSize(40);
    }

    private final Map<String, Peer> registry = new TreeMap<>();
    private final Map<String, Peer> fromDeltas = new TreeMap<>();
    private Map<String, Peer> expected = new TreeMap<>();
    private InformerCache<Peer> cache;
    private long revision;

    @Property(tries = 500)
    void apply_anyStream_equalsTheModelAndDeltasAddUp(@ForAll("steps") List<Step> steps) {
        registry.clear();
        fromDeltas.clear();
        expected = new TreeMap<>();
        revision = 0;
        cache = new InformerCache<>(RecordType.PEER, RECORDS_MAX, Map.of("role", peer -> List.of(peer.getRole())));
        resync(Integer.MAX_VALUE);
        boolean blind = false;
        for (Step step : steps) {
            switch (step.kind()) {
                case CHANGE -> {
                    List<WatchEvent> events = change(step);
                    if (!blind
                            && !apply(message()
                                    .setChange(WatchChange.newBuilder().addAllEvents(events))
                                    .build())) {
                        return;
                    }
                }
                case UNSEEN -> {
                    change(step);
                    blind = true;
                }
                case BOOKMARK -> {
                    if (!blind) {
                        apply(message()
                                .setBookmark(WatchBookmark.getDefaultInstance())
                                .build());
                    }
                }
                case CUT -> {
                    if (!resync(registry.size() / 2)) {
                        return;
                    }
                    blind = true;
                }
                case RESYNC -> {
                    if (!resync(Integer.MAX_VALUE)) {
                        return;
                    }
                    blind = false;
                }
            }
            if (!blind) {
                expected = new TreeMap<>(registry);
                assertThat(cache.revision()).isEqualTo(revision);
            }
            check();
        }
    }

    private WatchResponse.Builder message() {
        return WatchResponse.newBuilder().setRevision(revision);
    }

    private List<WatchEvent> change(Step step) {
        revision++;
        List<WatchEvent> events = new ArrayList<>();
        for (Map.Entry<String, String> event : step.events()) {
            String name = event.getKey();
            if (event.getValue().isEmpty()) {
                if (registry.remove(name) != null) {
                    events.add(WatchEvent.newBuilder()
                            .setType(WatchEventType.WATCH_EVENT_TYPE_LEAVE)
                            .setKind("peer")
                            .setName(name)
                            .build());
                }
            } else {
                Peer peer =
                        Peer.newBuilder().setId(name).setRole(event.getValue()).build();
                registry.put(name, peer);
                events.add(WatchEvent.newBuilder()
                        .setType(WatchEventType.WATCH_EVENT_TYPE_PUT)
                        .setKind("peer")
                        .setName(name)
                        .setRecord(RegistryRecord.newBuilder().setPeer(peer))
                        .build());
            }
        }
        return events;
    }

    /** @return false if there were too many records */
    private boolean resync(int parts) {
        apply(message().setOpened(WatchOpened.getDefaultInstance()).build());
        int sent = 0;
        for (Peer peer : registry.values()) {
            if (sent++ == parts) {
                return true;
            }
            if (!apply(message()
                    .setState(WatchState.newBuilder()
                            .addRecords(RegistryRecord.newBuilder().setPeer(peer)))
                    .build())) {
                return false;
            }
        }
        return parts < Integer.MAX_VALUE
                || apply(message().setSynced(WatchSynced.getDefaultInstance()).build());
    }

    /** @return false if there were too many records, which must leave the cache as it was */
    private boolean apply(WatchResponse message) {
        List<Peer> before = cache.list();
        List<Delta<Peer>> deltas = new ArrayList<>();
        RegistryException full =
                catchThrowableOfType(RegistryException.class, () -> deltas.addAll(cache.apply(message)));
        if (full != null) {
            assertThat(full.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
            assertThat(registry).hasSizeGreaterThan(RECORDS_MAX);
            assertThat(cache.list()).isEqualTo(before);
            return false;
        }
        for (Delta<Peer> delta : deltas) {
            assertThat(fromDeltas.get(delta.name())).isEqualTo(delta.before());
            assertThat(delta.after()).isNotEqualTo(delta.before());
            if (delta.after() == null) {
                fromDeltas.remove(delta.name());
            } else {
                fromDeltas.put(delta.name(), delta.after());
            }
        }
        return true;
    }

    private void check() {
        List<Peer> held = List.copyOf(expected.values());
        assertThat(cache.list()).isEqualTo(held);
        assertThat(fromDeltas).isEqualTo(expected);
        assertThat(cache.size()).isEqualTo(held.size()).isLessThanOrEqualTo(RECORDS_MAX);
        for (String role : List.of("x", "y", "z")) {
            assertThat(cache.byIndex("role", role))
                    .isEqualTo(held.stream()
                            .filter(peer -> peer.getRole().equals(role))
                            .toList());
        }
        assertThat(cache.indexKeys("role"))
                .isEqualTo(held.stream().map(Peer::getRole).distinct().sorted().toList());
    }
}
