package io.meshkit.server.watch;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.StateMeta;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.Tokens;
import io.meshkit.domain.kernel.Tokens.Opened;
import io.meshkit.domain.kernel.Tokens.Purpose;
import io.meshkit.domain.query.WatchFilter;
import io.meshkit.raft.Replica;
import io.meshkit.server.access.Principal;
import io.meshkit.server.access.Rights;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.Reads;
import io.meshkit.server.verbs.Waits;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.ReadInfo;
import io.meshkit.v1.ReadOptions;
import io.meshkit.v1.WatchOpened;
import io.meshkit.v1.WatchOptions;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchStart;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where a watch begins: at the level that the caller asks for, linearizable unless told otherwise.
 *
 * <p>Thread: any number; blocks the caller.
 */
final class WatchStarts {
    private static final long KEY_POLL_MS = 20;

    private final Replica replica;
    private final Reads reads;
    private final Rights rights;
    private final String clusterId;

    WatchStarts(Replica replica, Reads reads, Rights rights, String clusterId) {
        this.replica = replica;
        this.reads = reads;
        this.rights = rights;
        this.clusterId = clusterId;
    }

    /** A watch that may begin. @param opened its first message, without a token */
    record Begun(WatchFilter filter, Tokens tokens, WatchPlan plan, WatchResponse opened) {}

    /** What the state says: a watch, or what to wait for. @param awaitRevision 0: for the quorum's key */
    private record Found(@Nullable Begun begun, long awaitRevision) {}

    /**
     * @throws RegistryException INVALID_REQUEST, COMPACTED, or why the level was not reached
     */
    Begun begin(VerbRule rule, Message request, Principal principal, Deadline deadline) {
        Check check = new Check();
        WatchFilter filter = WatchFilter.of(request, check);
        WatchOptions options = (WatchOptions) field(request, "watch");
        checkOptions(options, check);
        check.error().ifPresent(error -> {
            throw new RegistryException(error);
        });
        while (true) {
            Found found = reads.at((ReadOptions) field(request, "read"), deadline, (view, info) -> {
                rights.requireFilter(view, principal, rule, request);
                return find(view, info, filter, options);
            });
            if (found.begun() != null) {
                return found.begun();
            }
            if (found.awaitRevision() > 0) {
                Waits.await(replica.awaitRevision(found.awaitRevision(), deadline.remainingMs()), deadline);
            } else {
                awaitKey(deadline);
            }
        }
    }

    private static Object field(Message request, String name) {
        FieldDescriptor field = request.getDescriptorForType().findFieldByName(name);
        return request.getField(field);
    }

    private static void checkOptions(WatchOptions options, Check check) {
        check.knownOrUnset("watch.start", options.getStart())
                .that(
                        options.getStart() != WatchStart.WATCH_START_RESUME
                                || !options.getResumeToken().isEmpty(),
                        "watch.resumeToken",
                        "start is RESUME and there is no resume token",
                        "give the token of the last message, or another start")
                .that(
                        options.getStart() == WatchStart.WATCH_START_REVISION
                                ? options.getFromRevision() > 0
                                : options.getFromRevision() == 0,
                        "watch.fromRevision",
                        "from revision is " + options.getFromRevision(),
                        "a revision ≥ 1 with start REVISION, and only there");
    }

    private Found find(StoreView view, ReadInfo info, WatchFilter filter, WatchOptions options) {
        if (!Tokens.hasKey(view, clusterId)) {
            return new Found(null, 0);
        }
        Tokens tokens = Tokens.of(view);
        long revision = StateMeta.revision(view);
        WatchStart start = startOf(options);
        long next = switch (start) {
            case WATCH_START_RESUME ->
                1 + position(tokens.open(options.getResumeToken(), Purpose.RESUME, filter.hash()));
            case WATCH_START_REVISION -> options.getFromRevision();
            default -> revision + 1;
        };
        if (next > revision + 1) {
            if (start == WatchStart.WATCH_START_RESUME) {
                // The token is ours, so the revision exists: this node has yet to apply it.
                return new Found(null, next - 1);
            }
            throw invalid(
                    "watch.fromRevision",
                    "from revision is " + next + ", and the registry is at " + revision,
                    "at most one more than the registry's revision");
        }
        long oldest = StateMeta.oldestKept(view);
        if (next < oldest) {
            throw Watcher.compacted(next, oldest, revision);
        }
        boolean withState = start == WatchStart.WATCH_START_INITIAL_STATE;
        WatchResponse opened = WatchResponse.newBuilder()
                .setRevision(next - 1)
                .setOpened(WatchOpened.newBuilder()
                        .setReadInfo(info)
                        .setStart(start)
                        .setLowWatermarkRevision(oldest))
                .build();
        WatchPlan plan = new WatchPlan(next, revision, withState, options.getUntilSynced());
        return new Found(new Begun(filter, tokens, plan, opened), 0);
    }

    /** A token wins: a browser that connects again sends it beside the address that it began with. */
    private static WatchStart startOf(WatchOptions options) {
        if (!options.getResumeToken().isEmpty()) {
            return WatchStart.WATCH_START_RESUME;
        }
        return options.getStart() == WatchStart.WATCH_START_UNSPECIFIED
                ? WatchStart.WATCH_START_INITIAL_STATE
                : options.getStart();
    }

    private static long position(Opened opened) {
        String field = "watch.resumeToken";
        return switch (opened) {
            case Opened.Valid valid -> valid.revision();
            case Opened.Forged forged ->
                throw invalid(
                        field,
                        "the resume token was not made by this registry",
                        "pass resume_token unchanged, or begin with the initial state");
            case Opened.Foreign foreign ->
                throw invalid(
                        field, "the resume token is of another quorum", "begin with the initial state of this one");
            case Opened.Other other ->
                throw invalid(
                        field,
                        "the resume token is of a watch with another filter",
                        "resume with the same verb and filter, or begin with the initial state");
        };
    }

    private static RegistryException invalid(String field, String message, String hint) {
        return new RegistryException(RegistryException.detail(ErrorCode.INVALID_REQUEST, message, hint)
                .setField(field)
                .build());
    }

    /** The first leader of a quorum makes the key within its first moments. */
    private void awaitKey(Deadline deadline) {
        if (deadline.passed()) {
            throw RegistryException.of(
                    ErrorCode.NO_LEADER, "no leader has made the quorum's key yet", "try again in a moment");
        }
        try {
            TimeUnit.MILLISECONDS.sleep(KEY_POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RegistryException.of(ErrorCode.NO_LEADER, "this node is shutting down", "ask another node", e);
        }
    }
}
