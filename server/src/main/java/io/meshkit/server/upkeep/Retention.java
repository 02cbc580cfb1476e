package io.meshkit.server.upkeep;

import io.meshkit.domain.StateMeta;
import io.meshkit.domain.kernel.Journal;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.AuditEntry;
import java.util.OptionalLong;

/**
 * How much of the journal is kept: what exceeds any one of the bounds goes, oldest first.
 *
 * @param revisionsMax entries; 0: as many as there are
 * @param bytesMax     encoded size; 0: any
 * @param ageMaxMs     in log time; 0: for ever
 */
public record Retention(long revisionsMax, long bytesMax, long ageMaxMs) {
    /** How far one proposal goes by size or age: the next one looks again. */
    private static final long STEP = 500;

    public static Retention of(ServerConfig.Journal config) {
        return new Retention(config.revisionsMax(), config.bytesMax(), config.ageMaxMs());
    }

    /** The oldest revision to keep, if something is to go. */
    OptionalLong keepFrom(StoreView view) {
        long newest = StateMeta.revision(view);
        long oldest = StateMeta.oldestKept(view);
        if (oldest >= newest) {
            return OptionalLong.empty();
        }
        if (revisionsMax > 0 && newest - oldest + 1 > revisionsMax) {
            return OptionalLong.of(newest - revisionsMax + 1);
        }
        boolean tooLarge = bytesMax > 0 && StateMeta.journalBytes(view) > bytesMax;
        return tooLarge ? OptionalLong.of(bySize(view, oldest, newest)) : byAge(view, oldest, newest);
    }

    private long bySize(StoreView view, long oldest, long newest) {
        long excess = StateMeta.journalBytes(view) - bytesMax;
        long end = Math.min(newest, oldest + STEP);
        long[] state = {excess, oldest};
        Journal.scan(view, oldest, end, entry -> {
            state[0] -= entry.getSerializedSize();
            state[1] = entry.getRevision() + 1;
            return state[0] > 0;
        });
        return Math.min(newest, state[1]);
    }

    private OptionalLong byAge(StoreView view, long oldest, long newest) {
        if (ageMaxMs <= 0) {
            return OptionalLong.empty();
        }
        long bound = StateMeta.lastAppliedTimeMs(view) - ageMaxMs;
        long[] keep = {oldest};
        Journal.scan(view, oldest, Math.min(newest, oldest + STEP), entry -> {
            boolean old = timeMs(entry) < bound;
            if (old) {
                keep[0] = entry.getRevision() + 1;
            }
            return old;
        });
        return keep[0] == oldest ? OptionalLong.empty() : OptionalLong.of(keep[0]);
    }

    private static long timeMs(AuditEntry entry) {
        return entry.getTime().getSeconds() * 1_000 + entry.getTime().getNanos() / 1_000_000;
    }
}
