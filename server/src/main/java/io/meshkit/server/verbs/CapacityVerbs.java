package io.meshkit.server.verbs;

import com.google.protobuf.Message;
import io.meshkit.domain.StateMeta;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.records.RecordKinds;
import io.meshkit.raft.Replica;
import io.meshkit.server.admission.Admission;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.GetCapacityRequest;
import io.meshkit.v1.GetCapacityResponse;
import io.meshkit.v1.JournalCapacity;
import io.meshkit.v1.RecordCapacity;
import io.meshkit.v1.StateRow.RecordCount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/** What this node holds and does, and how much it may. Thread: any number. */
public final class CapacityVerbs {
    private final Replica replica;
    private final ServerConfig.Journal journal;
    private final Path dataDirectory;
    private final Admission admission;
    private final IntSupplier watches;
    private final int watchesMax;

    /** @param watches that are open now */
    public CapacityVerbs(
            Replica replica,
            ServerConfig.Journal journal,
            Path dataDirectory,
            Admission admission,
            IntSupplier watches,
            int watchesMax) {
        this.replica = replica;
        this.journal = journal;
        this.dataDirectory = dataDirectory;
        this.admission = admission;
        this.watches = watches;
        this.watchesMax = watchesMax;
    }

    /** By the request message's full name. */
    public Map<String, NodeVerbs.Handler> handlers() {
        return Map.of(
                NodeVerbs.name(GetCapacityRequest.getDefaultInstance()), (request, principal, deadline) -> capacity());
    }

    private Message capacity() {
        GetCapacityResponse.Builder capacity = GetCapacityResponse.newBuilder()
                .setNode(replica.self().value())
                .setDataBytes(bytesBelow(dataDirectory))
                .setDiskFreeBytes(dataDirectory.toFile().getUsableSpace())
                .setAdmission(admission.capacity())
                .setWatches(watches.getAsInt())
                .setWatchesMax(watchesMax);
        try (StoreSnapshot view = replica.snapshot()) {
            long newest = StateMeta.revision(view);
            capacity.setRevision(newest)
                    .setJournal(JournalCapacity.newBuilder()
                            .setOldestRevision(newest == 0 ? 0 : StateMeta.oldestKept(view))
                            .setNewestRevision(newest)
                            .setBytes(StateMeta.journalBytes(view))
                            .setRevisionsMax(journal.revisionsMax())
                            .setBytesMax(journal.bytesMax()));
            Map<String, Long> counts = new TreeMap<>();
            for (RecordCount count : StateMeta.counts(view)) {
                counts.put(count.getKind(), count.getRecords());
            }
            limits(DomainLimits.DEFAULTS)
                    .forEach((kind, max) -> capacity.addRecords(RecordCapacity.newBuilder()
                            .setKind(kind)
                            .setRecords(counts.getOrDefault(kind, 0L))
                            .setRecordsMax(max)));
            NamespaceUse.add(view, capacity);
        }
        return capacity.build();
    }

    /** Of every kind of record, and of leases, which are none. */
    private static Map<String, Long> limits(DomainLimits limits) {
        Map<String, Long> byKind = new TreeMap<>(Map.of("lease", limits.leasesMax()));
        RecordKinds.ALL.forEach(kind -> byKind.put(kind.name(), kind.countMax(limits)));
        return byKind;
    }

    /** Files come and go meanwhile: those that are gone do not count. */
    private static long bytesBelow(Path directory) {
        long[] bytes = {0};
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    bytes[0] += attributes.size();
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes[0];
    }
}
