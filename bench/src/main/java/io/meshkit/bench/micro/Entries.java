package io.meshkit.bench.micro;

import io.meshkit.domain.Commands;
import io.meshkit.v1.LogEntry;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.Shard;
import io.meshkit.v1.UpsertShardRequest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;

/** Log entries like those of {@code bench run}'s puts: 1 KiB values of 10,000 shards. Thread: one. */
final class Entries {
    private static final int FORMAT = 1;
    private static final int KEYS = 10_000;
    private static final int VALUE_BYTES = 1024;
    private static final int STAMP_LENGTH = 16;
    private static final long START_MS = 1_700_000_000_000L;

    private final SplittableRandom random = new SplittableRandom(1);
    private final String letters;
    private long stamp;

    Entries() {
        StringBuilder text = new StringBuilder();
        while (text.length() < VALUE_BYTES - STAMP_LENGTH) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        letters = text.toString();
    }

    /** Each put changes its shard, under a request id of its own. */
    LogEntry next(int commands) {
        LogEntry.Builder entry = LogEntry.newBuilder().setFormat(FORMAT).setLeaderTimeMs(START_MS + stamp);
        for (int i = 0; i < commands; i++) {
            entry.addCommands(Commands.wrap(put(), "bench"));
        }
        return entry.build();
    }

    UpsertShardRequest put() {
        return UpsertShardRequest.newBuilder()
                .setOptions(MutationOptions.newBuilder().setRequestId(requestId()))
                .setShard(shard())
                .build();
    }

    /** In order of time, as those of the SDK. */
    private String requestId() {
        return new UUID((START_MS + stamp) << 16 | 0x7000, random.nextLong()).toString();
    }

    Shard shard() {
        return Shard.newBuilder()
                .setNamespace("bench")
                .setShardId(String.format(Locale.ROOT, "s%07d", random.nextInt(KEYS)))
                .setStrategyId("rendezvous")
                .setMeta(RecordMeta.newBuilder()
                        .putAnnotations("v0", HexFormat.of().toHexDigits(stamp++) + letters))
                .build();
    }
}
