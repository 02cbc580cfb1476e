package io.meshkit.server.verbs;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.Queries;
import io.meshkit.domain.QueryResult;
import io.meshkit.domain.StateMeta;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.raft.Replica;
import io.meshkit.server.access.Principal;
import io.meshkit.server.access.Rights;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.ReadInfo;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.ReadOptions;
import io.omnirelay.transport.WireForm;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The way of every read: reach the level that the caller asks for, then answer from one snapshot.
 *
 * <p>Invariant: the snapshot is taken after the level was reached. A read that cannot reach its level fails;
 * it is never answered at a lower one. Thread: any number; blocks the caller.
 */
public final class Reads {
    private static final Map<String, VerbRule> RULES =
            Contract.verbs().stream().collect(Collectors.toUnmodifiableMap(Verb::requestName, Verb::access));
    private static final long UNKNOWN_AGE = Long.MAX_VALUE;

    private final Replica replica;
    private final Barrier barrier;
    private final Rights rights;
    private final Role role;

    /** @param rights holds reads to their callers' bindings */
    public Reads(Replica replica, Barrier barrier, Rights rights) {
        this.replica = replica;
        this.barrier = barrier;
        this.rights = rights;
        this.role = new Role(replica);
    }

    /** What is made of a view that has reached its level. */
    public interface Reader<T> {
        T read(StoreView view, ReadInfo info);
    }

    /**
     * Answers the caller of this context as the verb of kind READ with these messages does.
     *
     * @param response the empty response
     * @throws RegistryException the refusal, or why the level was not reached
     */
    @SuppressWarnings("unchecked") // a verb answers with its own response
    public <R extends Message> R answer(Message request, R response, Deadline deadline) {
        ReadInfoFields fields = ReadInfoFields.of(request.getDescriptorForType(), response.getDescriptorForType());
        return (R) WireForm.whole(handle(rule(request), fields, request, Principal.current(), deadline));
    }

    /**
     * @return the response, in which records may be in {@linkplain WireForm wire form}
     * @throws RegistryException the refusal, or why the level was not reached
     */
    Message handle(VerbRule rule, ReadInfoFields fields, Message request, Principal principal, Deadline deadline) {
        while (true) {
            Either either = at(
                    fields.optionsOf(request),
                    deadline,
                    (view, info) -> answer(rule, fields, request, principal, view, info));
            if (either.answer() != null) {
                return either.answer();
            }
            Waits.await(replica.awaitRevision(either.awaitRevision(), deadline.remainingMs()), deadline);
        }
    }

    /** That of the verb of ours with this request. */
    private static VerbRule rule(Message request) {
        return Objects.requireNonNull(RULES.get(request.getDescriptorForType().getFullName()));
    }

    /** An answer, or the revision to wait for. */
    private record Either(@Nullable Message answer, long awaitRevision) {}

    /**
     * Reads from one snapshot that has reached the level asked for.
     *
     * @throws RegistryException of the reader, or why the level was not reached
     */
    public <T> T at(ReadOptions options, Deadline deadline, Reader<T> reader) {
        ReadLevel level = options.getLevel() == ReadLevel.READ_LEVEL_UNSPECIFIED
                ? ReadLevel.READ_LEVEL_LINEARIZABLE
                : options.getLevel();
        while (true) {
            reach(level, options, deadline);
            // Before the snapshot: an older bound than the snapshot deserves is still a bound.
            Optional<Barrier.Confirmed> confirmed = barrier.newest();
            try (StoreSnapshot snapshot = replica.snapshot()) {
                long ageNanos = ageNanos(level, confirmed);
                if (level != ReadLevel.READ_LEVEL_BOUNDED || ageNanos <= maxNanos(options)) {
                    StoreView view = StateMeta.once(snapshot);
                    return reader.read(view, info(level, view, ageNanos));
                }
            }
            // The barrier took longer than the staleness allowed.
            if (deadline.passed()) {
                throw tooStale();
            }
        }
    }

    private Either answer(
            VerbRule rule, ReadInfoFields fields, Message request, Principal principal, StoreView view, ReadInfo info) {
        try {
            return new Either(
                    rights.answer(
                            view, principal, rule, request, fields.record(), () -> answer(fields, request, view, info)),
                    0);
        } catch (AheadException e) {
            return new Either(null, e.revision);
        }
    }

    private static Message answer(ReadInfoFields fields, Message request, StoreView view, ReadInfo info) {
        return switch (Queries.answer(view, request)) {
            case QueryResult.Answered answered ->
                fields.complete(answered.head(), answered.rows(), asOf(info, answered.revision()));
            case QueryResult.Refused refused -> throw new RegistryException(refused.error());
            case QueryResult.Ahead(long revision) -> throw new AheadException(revision);
        };
    }

    /** The answer needs a revision that this node has yet to apply. */
    private static final class AheadException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final long revision;

        AheadException(long revision) {
            super(null, null, false, false);
            this.revision = revision;
        }
    }

    /** A later page of a list shows the revision of the first; how old that is by now, nobody measured. */
    private static ReadInfo asOf(ReadInfo info, long revision) {
        return revision == info.getRevision()
                ? info
                : info.toBuilder().setRevision(revision).clearStaleness().build();
    }

    private ReadInfo info(ReadLevel level, StoreView view, long ageNanos) {
        ReadInfo.Builder info = ReadInfo.newBuilder()
                .setRevision(StateMeta.revision(view))
                .setNode(replica.self().value())
                .setRole(role.now())
                .setLevel(level);
        if (ageNanos < UNKNOWN_AGE) {
            info.setStaleness(duration(ageNanos));
        }
        return info.build();
    }

    /** An upper bound of the age of a snapshot taken just now. */
    private static long ageNanos(ReadLevel level, Optional<Barrier.Confirmed> confirmed) {
        if (level == ReadLevel.READ_LEVEL_LINEARIZABLE) {
            return 0;
        }
        return confirmed.map(c -> System.nanoTime() - c.startedNanos()).orElse(UNKNOWN_AGE);
    }

    private void reach(ReadLevel level, ReadOptions options, Deadline deadline) {
        switch (level) {
            case READ_LEVEL_LINEARIZABLE -> barrier.confirm(deadline);
            case READ_LEVEL_AT_LEAST -> atLeast(options.getMinRevision(), deadline);
            case READ_LEVEL_BOUNDED -> bounded(maxNanos(options), deadline);
            case READ_LEVEL_LOCAL -> {
                // What the node has is what was asked for.
            }
            case READ_LEVEL_UNSPECIFIED, UNRECOGNIZED ->
                throw invalid("read.level", "unknown read level", "use LINEARIZABLE, AT_LEAST, BOUNDED or LOCAL");
        }
    }

    private void atLeast(long revision, Deadline deadline) {
        if (revision < 0) {
            throw invalid("read.minRevision", "min_revision is " + revision, "it must not be negative");
        }
        Waits.await(replica.awaitRevision(revision, deadline.remainingMs()), deadline);
    }

    private void bounded(long maxNanos, Deadline deadline) {
        if (maxNanos <= 0) {
            throw invalid(
                    "read.maxStaleness", "max_staleness is not positive", "name a duration, or read LINEARIZABLE");
        }
        Optional<Barrier.Confirmed> newest = barrier.newest();
        if (newest.isEmpty() || System.nanoTime() - newest.get().startedNanos() > maxNanos) {
            barrier.confirm(deadline);
        }
    }

    private static long maxNanos(ReadOptions options) {
        Duration max = options.getMaxStaleness();
        try {
            return Math.addExact(Math.multiplyExact(max.getSeconds(), TimeUnit.SECONDS.toNanos(1)), max.getNanos());
        } catch (ArithmeticException e) {
            return max.getSeconds() < 0 ? 0 : Long.MAX_VALUE - 1;
        }
    }

    private static RegistryException tooStale() {
        return RegistryException.of(
                ErrorCode.DEADLINE_EXCEEDED,
                "no answer as fresh as max_staleness demands within the deadline",
                "allow a larger max_staleness or more time");
    }

    private static Duration duration(long nanos) {
        return Duration.newBuilder()
                .setSeconds(nanos / 1_000_000_000)
                .setNanos((int) (nanos % 1_000_000_000))
                .build();
    }

    private static RegistryException invalid(String field, String message, String hint) {
        return new RegistryException(RegistryException.detail(ErrorCode.INVALID_REQUEST, message, hint)
                .setField(field)
                .build());
    }
}
