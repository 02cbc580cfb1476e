package io.meshkit.jepsen.sim;

import io.meshkit.domain.LogPosition;
import io.meshkit.domain.StateMeta;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.storage.ForwardingView;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import io.meshkit.storage.WriteBatch;
import io.meshkit.v1.Shard;
import io.meshkit.v1.StateRow;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The zoo: members that are broken in one way each, as such systems have been. */
enum Bug {
    /** A leader answers reads without asking whether it still leads. */
    STALE_READ((id, nodes, world) -> new SimNode(id, nodes, world, new SimState()) {
        @Override
        CompletableFuture<Long> readIndex(long deadlineMs) {
            return isReady() ? CompletableFuture.completedFuture(commit()) : super.readIndex(deadlineMs);
        }
    }),
    /** What became of a request is not kept. */
    NO_DEDUPE(withState(id -> new Rewriting(write -> !write.table().equals(Tables.DEDUPE), Function.identity()))),
    /** Entries are acknowledged before they are on disk. */
    ACK_BEFORE_SYNC((id, nodes, world) -> new SimNode(id, nodes, world, new SimState()) {
        @Override
        long acknowledgeable() {
            return log.last();
        }
    }),
    /** A watch that goes on at another node begins with what is new there. */
    WATCH_GAP((id, nodes, world) -> new SimNode(id, nodes, world, new SimState()) {
        @Override
        long watchAfter(long token) {
            return token == 0 ? 0 : state.revision();
        }
    }),
    /** A new owner of a shard gets an epoch that was there before; nothing else shows it. */
    REUSED_FENCE(withState(id -> new SimState() {
        @Override
        StoreView seen(StoreView state) {
            return new ForgetfulView(state);
        }
    })),
    /** Where to go on applying is kept apart from the state, and survives what the state loses. */
    LOST_WRITE_ON_RESTART(withState(id -> new SimState() {
        private LogPosition kept = new LogPosition(0, 0);

        @Override
        void crash() {
            kept = super.position();
            super.crash();
        }

        @Override
        LogPosition position() {
            LogPosition stored = super.position();
            return stored.index() > kept.index() ? stored : kept;
        }
    })),
    /** A restarted member applies the last entry once more. */
    DOUBLE_APPLY(withState(id -> new SimState() {
        @Override
        void crash() {
            super.crash();
            LogPosition last = position();
            if (last.index() > 1) {
                WriteBatch back = new WriteBatch();
                StateMeta.putPosition(back, new LogPosition(last.term(), last.index() - 1));
                write(back);
            }
        }
    })),
    /** Now and then a change does not reach the journal. */
    CHAIN_SKIP(withState(id -> new Rewriting(
            write -> !(write.table().equals(Tables.JOURNAL)
                    && write instanceof WriteBatch.Put put
                    && put.key()[put.key().length - 1] % 8 == 7),
            Function.identity()))),
    /** Time is read where an entry is applied, and not where it was proposed. */
    WALL_CLOCK_AT_APPLY((id, nodes, world) -> new SimNode(id, nodes, world, new SimState() {
        @Override
        Change apply(SimEntry entry, long index) {
            return super.apply(
                    entry.content() == null
                            ? entry
                            : new SimEntry(
                                    entry.term(),
                                    entry.content().toBuilder()
                                            .setLeaderTimeMs(world.clock().wallMs(id))
                                            .build()),
                    index);
        }
    })),
    /** One member is enough to commit. */
    MINORITY_COMMITS((id, nodes, world) -> new SimNode(id, nodes, world, new SimState()) {
        @Override
        int majority() {
            return leads() ? 1 : super.majority();
        }
    }),
    /** A member votes again in a term in which it voted. */
    VOTES_TWICE((id, nodes, world) -> new SimNode(id, nodes, world, new SimState()) {
        @Override
        boolean votesFor(long candidateTerm, long lastTerm, long lastIndex) {
            return super.votesFor(Math.max(candidateTerm, term() + 1), lastTerm, lastIndex) && candidateTerm >= term();
        }
    }),
    /** What callers may do is kept, and a revocation does not say that it has changed. */
    RBAC_CACHE(withState(id -> new SimState() {
        @Override
        WriteBatch toWrite(WriteBatch decided) {
            return revokes(decided) ? unnoticed(decided, StateMeta.accessRevision(view())) : decided;
        }
    })),
    /** Half a lease's time is enough to end it. */
    EARLY_LEASE((id, nodes, world) -> new SimNode(id, nodes, world, new SimState()) {
        @Override
        long leaseMs(long ttlMs) {
            return ttlMs / 2;
        }
    }),
    /** A member votes for whoever asks, however little he has. */
    VOTES_FOR_SHORT_LOGS((id, nodes, world) -> new SimNode(id, nodes, world, new SimState()) {
        @Override
        boolean votesFor(long candidateTerm, long lastTerm, long lastIndex) {
            return candidateTerm > term();
        }
    });

    private final Simulation.Members members;

    Bug(Simulation.Members members) {
        this.members = members;
    }

    Simulation.Members members() {
        return members;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean revokes(WriteBatch decided) {
        return decided.writes().stream()
                .anyMatch(write -> write instanceof WriteBatch.Delete delete
                        && delete.table().equals(Tables.RECORDS)
                        && delete.key()[0] == RowKeys.BINDING);
    }

    /** The same, but that access has the revision which it had. */
    private static WriteBatch unnoticed(WriteBatch decided, long accessRevision) {
        byte[] row = null;
        for (WriteBatch.Write write : decided.writes()) {
            row = isStateRow(write) ? ((WriteBatch.Put) write).value() : row;
        }
        if (row == null) {
            return decided;
        }
        StateRow state = Bytes.parse(StateRow.parser(), row);
        byte[] rewritten =
                Bytes.of(state.toBuilder().setAccessRevision(accessRevision).build());
        return new Rewriting(
                        write -> true,
                        write -> isStateRow(write)
                                ? new WriteBatch.Put(Tables.META, ((WriteBatch.Put) write).key(), rewritten)
                                : write)
                .toWrite(decided);
    }

    private static boolean isStateRow(WriteBatch.Write write) {
        return write instanceof WriteBatch.Put put
                && put.table().equals(Tables.META)
                && new String(put.key(), StandardCharsets.US_ASCII).equals("state");
    }

    private static Simulation.Members withState(Function<Integer, SimState> state) {
        return (id, nodes, world) -> new SimNode(id, nodes, world, state.apply(id));
    }

    /** Everything as it is, but that no shard was ever owned before: record, journal and answers agree on the epoch. */
    private static final class ForgetfulView extends ForwardingView {
        ForgetfulView(StoreView state) {
            super(state);
        }

        @Override
        public byte @Nullable [] get(Table table, byte[] key) {
            byte[] value = super.get(table, key);
            if (value == null || !table.equals(Tables.RECORDS) || key[0] != RowKeys.SHARD) {
                return value;
            }
            Shard shard = Bytes.parse(Shard.parser(), value);
            return Bytes.of(shard.toBuilder().setOwnerEpoch(0).build());
        }
    }

    /** Writes something else than was decided. */
    private static final class Rewriting extends SimState {
        private final Predicate<WriteBatch.Write> kept;
        private final Function<WriteBatch.Write, WriteBatch.Write> rewritten;

        Rewriting(Predicate<WriteBatch.Write> kept, Function<WriteBatch.Write, WriteBatch.Write> rewritten) {
            this.kept = kept;
            this.rewritten = rewritten;
        }

        @Override
        WriteBatch toWrite(WriteBatch decided) {
            WriteBatch batch = new WriteBatch();
            for (WriteBatch.Write write : decided.writes()) {
                if (kept.test(write)) {
                    switch (rewritten.apply(write)) {
                        case WriteBatch.Put put -> batch.put(put.table(), put.key(), put.value());
                        case WriteBatch.Delete delete -> batch.delete(delete.table(), delete.key());
                        case WriteBatch.DeleteRange range -> batch.deleteRange(range.table(), range.from(), range.to());
                    }
                }
            }
            return batch;
        }
    }
}
