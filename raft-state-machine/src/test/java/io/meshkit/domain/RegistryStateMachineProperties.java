package io.meshkit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Journal;
import io.meshkit.domain.kernel.LeaseRows;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.records.ClusterKind;
import io.meshkit.domain.records.ConfigKind;
import io.meshkit.domain.records.LeadershipKind;
import io.meshkit.domain.records.PeerKind;
import io.meshkit.domain.records.ShardKind;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.Keys;
import io.meshkit.storage.OrderedStore;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.memory.MemoryStore;
import io.meshkit.storage.rocksdb.RocksDbStore;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.LogEntry;
import io.meshkit.v1.Peer;
import io.meshkit.v1.Shard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

class RegistryStateMachineProperties {
    @Provide
    Arbitrary<List<Message>> mutations() {
        return Mutations.lists(40);
    }

    /** How many commands go into each entry, and whether the store is flushed after it. */
    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(1, 6).list().ofSize(40);
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void equalsTheNaiveModel(@ForAll("mutations") List<Message> requests) {
        NaiveRegistry model = new NaiveRegistry();
        try (Registry registry = new Registry()) {
            for (Message request : requests) {
                registry.nowMs += 7;
                Registry.Answer answer = registry.mutate(request);
                String outcome = answer.isRejected()
                        ? answer.code().name()
                        : answer.result().getChanged() ? "changed" : "same";
                Statistics.collect(outcome);
                assertThat(outcome).as("%s", request).isEqualTo(model.apply(request, registry.nowMs));
                assertThat(StateMeta.revision(registry.store)).isEqualTo(model.revision);
                assertThat(StateMeta.failoverEpoch(registry.store)).isEqualTo(model.failoverEpoch);
                assertThat(records(registry.store)).isEqualTo(model.records);
                assertThat(generations(registry.store)).isEqualTo(model.leases.generations);
            }
            assertIndexesFollowRecords(registry.store);
        }
        // A model that only ever meets rejections, or never one, would agree about nothing.
        Statistics.coverage(coverage -> {
            coverage.check("changed").percentage(share -> share > 15);
            coverage.check("same").percentage(share -> share > 2);
            for (String code : List.of(
                    "NOT_FOUND",
                    "PRECONDITION_FAILED",
                    "ALREADY_EXISTS",
                    "REVISION_MISMATCH",
                    "STALE_FENCING_TOKEN",
                    "LEASE_EXPIRED",
                    "INVALID_REQUEST")) {
                coverage.check(code).count(times -> times > 0);
            }
        });
    }

    @Property(tries = 25, edgeCases = EdgeCasesMode.NONE)
    void sameLog_sameBytesOnBothStores(
            @ForAll("mutations") List<Message> requests, @ForAll("sizes") List<Integer> sizes) {
        inDirectory(directory -> {
            List<LogEntry> log = log(requests, sizes);
            try (Registry memory = new Registry();
                    Registry rocks = new Registry(
                            RocksDbStore.open(directory.resolve("db"), RegistryStateMachine.TABLES),
                            DomainLimits.DEFAULTS)) {
                for (LogEntry entry : log) {
                    assertThat(memory.apply(entry).outcomes())
                            .isEqualTo(rocks.apply(entry).outcomes());
                }
                assertThat(Digests.all(rocks.store)).isEqualTo(Digests.all(memory.store));
            }
        });
    }

    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void snapshotAndSuffix_equalFullReplay(
            @ForAll("mutations") List<Message> requests,
            @ForAll("sizes") List<Integer> sizes,
            @ForAll @IntRange(max = 40) int at) {
        inDirectory(directory -> {
            List<LogEntry> log = log(requests, sizes);
            int k = Math.min(at, log.size());
            try (Registry full = new Registry();
                    Registry source = new Registry()) {
                log.forEach(full::apply);
                log.subList(0, k).forEach(source::apply);
                source.store.checkpoint(directory.resolve("checkpoint"));
                try (Registry restored = new Registry(
                        MemoryStore.restore(directory.resolve("checkpoint"), RegistryStateMachine.TABLES),
                        DomainLimits.DEFAULTS)) {
                    restored.index = k;
                    log.subList(k, log.size()).forEach(restored::apply);
                    assertThat(Digests.all(restored.store)).isEqualTo(Digests.all(full.store));
                }
            }
        });
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void crashBetweenAnyTwoBatches_recovers(
            @ForAll("mutations") List<Message> requests,
            @ForAll("sizes") List<Integer> sizes,
            @ForAll @IntRange(max = 40) int flushedAt,
            @ForAll @IntRange(max = 40) int crashedAt) {
        List<LogEntry> log = log(requests, sizes);
        int crash = Math.min(crashedAt, log.size());
        RegistryStateMachine machine = new RegistryStateMachine();
        MemoryStore store = MemoryStore.create(RegistryStateMachine.TABLES);
        try (Registry full = new Registry()) {
            log.forEach(full::apply);
            for (int i = 0; i < crash; i++) {
                write(machine, store, log, i);
                if (i == flushedAt) {
                    store.flush();
                }
            }
            MemoryStore recovered = store.crashed();
            long applied = StateMeta.position(recovered).map(LogPosition::index).orElse(0L);
            for (int i = (int) applied; i < log.size(); i++) {
                write(machine, recovered, log, i);
            }
            assertThat(Digests.all(recovered)).isEqualTo(Digests.all(full.store));
            recovered.close();
        }
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void retries_changeNothing(@ForAll("mutations") List<Message> requests, @ForAll("sizes") List<Integer> sizes) {
        List<Command> once = commands(requests);
        List<Command> often = new ArrayList<>();
        for (int i = 0; i < once.size(); i++) {
            often.add(once.get(i));
            // Any earlier command again, also long after others were applied.
            often.add(once.get(i - i % sizes.get(i)));
        }
        try (Registry expected = new Registry();
                Registry retried = new Registry()) {
            List<CommandOutcome> first = expected.apply(once);
            List<CommandOutcome> second = retried.apply(often);
            assertThat(Digests.records(retried.store)).isEqualTo(Digests.records(expected.store));
            assertThat(StateMeta.chainHash(retried.store)).isEqualTo(StateMeta.chainHash(expected.store));
            for (int i = 0; i < once.size(); i++) {
                assertThat(second.get(2 * i)).isEqualTo(first.get(i));
            }
        }
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void partitionIntoEntries_doesNotMatter(
            @ForAll("mutations") List<Message> requests, @ForAll("sizes") List<Integer> sizes) {
        try (Registry one = new Registry();
                Registry many = new Registry()) {
            List<CommandOutcome> together = one.apply(commands(requests));
            List<CommandOutcome> apart = new ArrayList<>();
            for (LogEntry entry : log(requests, sizes)) {
                apart.addAll(many.apply(entry).outcomes());
            }
            assertThat(apart).isEqualTo(together);
            assertThat(Digests.records(many.store)).isEqualTo(Digests.records(one.store));
        }
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void revisionsAndFencingTokens_onlyGrow(@ForAll("mutations") List<Message> requests) {
        TreeMap<String, Long> owners = new TreeMap<>();
        TreeMap<String, String> lastOwner = new TreeMap<>();
        byte[] hash = new byte[StateMeta.HASH_BYTES];
        try (Registry registry = new Registry()) {
            long failoverEpoch = 0;
            TreeMap<String, Leadership> scopes = new TreeMap<>();
            for (Message request : requests) {
                registry.mutate(request);
                assertThat(StateMeta.failoverEpoch(registry.store)).isGreaterThanOrEqualTo(failoverEpoch);
                failoverEpoch = StateMeta.failoverEpoch(registry.store);
                records(registry.store).forEach((name, record) -> {
                    if (record instanceof Shard shard) {
                        long before = owners.getOrDefault(name, 0L);
                        boolean sameOwner = lastOwner.getOrDefault(name, "").equals(shard.getOwnerNodeId());
                        assertThat(shard.getOwnerEpoch()).isGreaterThanOrEqualTo(before);
                        assertThat(sameOwner || shard.getOwnerEpoch() > before).isTrue();
                        owners.put(name, shard.getOwnerEpoch());
                        lastOwner.put(name, shard.getOwnerNodeId());
                    } else if (record instanceof Leadership scope) {
                        Leadership before = scopes.getOrDefault(name, Leadership.getDefaultInstance());
                        boolean sameTenure = scope.getLeaderId().isEmpty() || scope.getLeaseId() == before.getLeaseId();
                        assertThat(scope.getFencingToken()).isGreaterThanOrEqualTo(before.getFencingToken());
                        assertThat(sameTenure || scope.getFencingToken() > before.getFencingToken())
                                .isTrue();
                        // Kept when the scope is deleted: the next one must go on above it.
                        scopes.put(name, scope);
                    }
                });
            }
            long revision = 0;
            for (AuditEntry entry : registry.journal) {
                assertThat(entry.getRevision()).isEqualTo(++revision);
                assertThat(Journal.follows(hash, entry)).isTrue();
                hash = entry.getHash().toByteArray();
            }
            assertThat(StateMeta.revision(registry.store)).isEqualTo(revision);
        }
    }

    private static List<Command> commands(List<Message> requests) {
        List<Command> commands = new ArrayList<>();
        for (Message request : requests) {
            commands.add(Commands.withRequestId(Commands.wrap(request, "alice"), "r-" + commands.size()));
        }
        return commands;
    }

    private static List<LogEntry> log(List<Message> requests, List<Integer> sizes) {
        List<Command> commands = commands(requests);
        List<LogEntry> log = new ArrayList<>();
        for (int from = 0; from < commands.size(); ) {
            int to = Math.min(from + sizes.get(log.size()), commands.size());
            log.add(LogEntry.newBuilder()
                    .setFormat(RegistryStateMachine.LOG_FORMAT)
                    .setLeaderTimeMs(Registry.START_MS)
                    .addAllCommands(commands.subList(from, to))
                    .build());
            from = to;
        }
        return log;
    }

    private static void write(RegistryStateMachine machine, OrderedStore store, List<LogEntry> log, int i) {
        store.write(machine.apply(store, log.get(i), new LogPosition(1, i + 1L)).batch());
    }

    private static TreeMap<String, Message> records(StoreView view) {
        TreeMap<String, Message> records = new TreeMap<>();
        try (Cursor cursor = view.scan(Tables.RECORDS, Keys.EMPTY, null)) {
            while (cursor.next()) {
                byte[] value = cursor.value();
                switch (cursor.key()[0]) {
                    case 1 -> {
                        Peer peer = Bytes.parse(Peer.parser(), value);
                        records.put("peer " + peer.getId(), peer);
                    }
                    case 2 -> {
                        Cluster cluster = Bytes.parse(Cluster.parser(), value);
                        records.put("cluster " + cluster.getId(), cluster);
                    }
                    case 3 -> {
                        Shard shard = Bytes.parse(Shard.parser(), value);
                        records.put("shard " + shard.getNamespace() + "/" + shard.getShardId(), shard);
                    }
                    case 8 -> {
                        Leadership scope = Bytes.parse(Leadership.parser(), value);
                        records.put("leadership " + scope.getScope(), scope);
                    }
                    default -> {
                        ConfigDocument config = Bytes.parse(ConfigDocument.parser(), value);
                        records.put("config " + config.getName(), config);
                    }
                }
            }
        }
        return records;
    }

    /** Every index row of a record is there, and no other. */
    private static void assertIndexesFollowRecords(StoreView view) {
        List<byte[]> expected = new ArrayList<>();
        for (Message record : records(view).values()) {
            switch (record) {
                case Peer peer -> expected.addAll(PeerKind.PEER.indexKeys(peer));
                case Cluster cluster -> expected.addAll(ClusterKind.CLUSTER.indexKeys(cluster));
                case Shard shard -> expected.addAll(ShardKind.SHARD.indexKeys(shard));
                case Leadership scope -> expected.addAll(LeadershipKind.LEADERSHIP.indexKeys(scope));
                case ConfigDocument config -> expected.addAll(ConfigKind.CONFIG.indexKeys(config));
                default -> throw new AssertionError(record);
            }
        }
        expected.sort(Keys::compare);
        List<byte[]> actual = new ArrayList<>();
        try (Cursor cursor = view.scan(Tables.INDEX, Keys.EMPTY, new byte[] {6})) {
            while (cursor.next()) {
                actual.add(cursor.key());
            }
        }
        assertThat(actual).usingElementComparator(Keys::compare).containsExactlyElementsOf(expected);
    }

    private static TreeMap<Long, Long> generations(StoreView view) {
        TreeMap<Long, Long> generations = new TreeMap<>();
        LeaseRows.forEach(view, lease -> generations.put(lease.getId(), lease.getGeneration()));
        return generations;
    }

    private interface InDirectory {
        void run(Path directory) throws IOException;
    }

    private static void inDirectory(InDirectory body) {
        try {
            Path directory = Files.createTempDirectory("registry");
            try {
                body.run(directory);
            } finally {
                try (Stream<Path> files = Files.walk(directory)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
