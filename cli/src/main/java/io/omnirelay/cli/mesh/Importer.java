package io.omnirelay.cli.mesh;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.MutationOptions;
import io.omnirelay.cli.file.MeshFile;
import io.omnirelay.cli.file.RecordKind;
import io.omnirelay.cli.mesh.ImportSummary.Fate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends the records of a file, kind by kind, many at once within a kind.
 *
 * <p>The request id of each record follows from the import's id and the record, so that an import that is repeated
 * under its id, after whatever interrupted it, applies each record at most once.
 */
final class Importer {

    /** What to do with a cluster or peer that exists and differs. */
    enum OnExisting {
        FAIL,
        SKIP,
        UPDATE
    }

    private final RecordVerbs verbs;
    private final MutationOptions options;
    private final String importId;
    private final OnExisting onExisting;
    private final ImportSummary summary = new ImportSummary();

    /**
     * @param options reason and ticket of every record
     */
    Importer(RecordVerbs verbs, MutationOptions options, String importId, OnExisting onExisting) {
        this.verbs = verbs;
        this.options = options;
        this.importId = importId;
        this.onExisting = onExisting;
    }

    ImportSummary summary() {
        return summary;
    }

    /**
     * Sends everything and waits for it.
     *
     * @param concurrency records under way at once, ≥ 1
     * @param progress    run whenever a record is done, on any thread
     */
    void run(MeshFile file, int concurrency, Runnable progress) {
        for (RecordKind kind : RecordKind.values()) {
            // Clusters may depend on one another, in the order of the file.
            int allowed = kind == RecordKind.CLUSTER ? 1 : concurrency;
            Semaphore slots = new Semaphore(allowed);
            for (Message record : file.records().getOrDefault(kind, List.of())) {
                slots.acquireUninterruptibly();
                var unused = send(kind, record).whenComplete((done, failure) -> {
                    slots.release();
                    progress.run();
                });
            }
            slots.acquireUninterruptibly(allowed);
        }
    }

    private CompletableFuture<?> send(RecordKind kind, Message record) {
        return verbs.create(record, identified(kind, record, "create"))
                .handle((outcome, failure) -> failure == null
                        ? CompletableFuture.completedFuture(fate(outcome))
                        : existing(kind, record, failure))
                .thenCompose(Function.identity())
                .handle((fate, failure) -> {
                    if (failure != null) {
                        summary.fail(kind, RecordKind.nameOf(record), detail(failure));
                    } else {
                        summary.add(fate);
                    }
                    return null;
                });
    }

    /** A record that exists already as the file has it is no failure. */
    private CompletableFuture<Fate> existing(RecordKind kind, Message record, Throwable failure) {
        if (ErrorCode.ofName(detail(failure).getCode()) != ErrorCode.ALREADY_EXISTS) {
            return CompletableFuture.failedFuture(failure);
        }
        return verbs.get(record).thenCompose(held -> {
            if (fate(record, kind.importable(held)) == Fate.UNCHANGED) {
                return CompletableFuture.completedFuture(Fate.UNCHANGED);
            }
            return switch (onExisting) {
                case FAIL -> CompletableFuture.failedFuture(failure);
                case SKIP -> CompletableFuture.completedFuture(Fate.SKIPPED);
                case UPDATE ->
                    verbs.update(record, identified(kind, record, "update")).thenApply(Importer::fate);
            };
        });
    }

    private static io.meshkit.v1.ErrorDetail detail(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof RegistryException known
                ? known.detail()
                : RegistryException.detail(ErrorCode.INTERNAL, String.valueOf(cause), "")
                        .build();
    }

    private static Fate fate(RecordVerbs.Outcome outcome) {
        if (!outcome.changed()) {
            return Fate.UNCHANGED;
        }
        return outcome.created() ? Fate.CREATED : Fate.CHANGED;
    }

    private MutationOptions identified(RecordKind kind, Message record, String step) {
        MessageDigest digest = sha256();
        for (String part : List.of(importId, step, kind.key(), RecordKind.nameOf(record))) {
            digest.update(part.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        digest.update(deterministic(record));
        String hash = HexFormat.of().formatHex(digest.digest(), 0, 16);
        return options.toBuilder().setRequestId("import-" + hash).build();
    }

    /** Map fields have no order of their own. */
    private static byte[] deterministic(Message record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
        coded.useDeterministicSerialization();
        try {
            record.writeTo(coded);
            coded.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** Compares the file with what the registry holds now; sends nothing. */
    void compare(MeshFile file) {
        for (RecordKind kind : RecordKind.values()) {
            List<Message> records = file.records().getOrDefault(kind, List.of());
            if (records.isEmpty()) {
                continue;
            }
            Map<String, Message> held = new HashMap<>();
            verbs.all(kind).forEach(record -> held.put(RecordKind.nameOf(record), kind.importable(record)));
            for (Message record : records) {
                summary.add(fate(record, held.get(RecordKind.nameOf(record))));
            }
        }
    }

    private static Fate fate(Message record, @Nullable Message held) {
        if (held == null) {
            return Fate.CREATED;
        }
        return Normal.form(record, held).equals(held) ? Fate.UNCHANGED : Fate.CHANGED;
    }
}
