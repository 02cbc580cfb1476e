package io.meshkit.domain.upkeep;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Reply;
import io.meshkit.domain.kernel.Tokens;
import io.meshkit.domain.kernel.Work;
import io.meshkit.domain.policies.ExpiredApprovals;
import io.meshkit.v1.CompactJournalRequest;
import io.meshkit.v1.ForgetExpiredRequest;
import io.meshkit.v1.InstallQuorumKeyRequest;
import io.meshkit.v1.UpkeepResponse;
import java.util.List;
import java.util.function.BiConsumer;

/** What the leader may ask of the state for its own sake. */
public final class UpkeepHandlers {
    private UpkeepHandlers() {}

    public static List<CommandHandler<?>> all() {
        return List.of(
                new Upkeep<>(
                        InstallQuorumKeyRequest.getDefaultInstance(), UpkeepHandlers::check, UpkeepHandlers::install),
                new Upkeep<>(
                        CompactJournalRequest.getDefaultInstance(), UpkeepHandlers::check, UpkeepHandlers::compact),
                new Upkeep<>(
                        ForgetExpiredRequest.getDefaultInstance(),
                        (request, check) -> {},
                        (work, request) -> ExpiredApprovals.sweep(work)));
    }

    private record Upkeep<Q extends Message>(
            Q requestPrototype, BiConsumer<Q, Check> checks, BiConsumer<Work, Q> effect) implements CommandHandler<Q> {
        @Override
        public Message responsePrototype() {
            return UpkeepResponse.getDefaultInstance();
        }

        @Override
        public void check(Q request, Check check) {
            checks.accept(request, check);
        }

        @Override
        public Reply decide(Work work, Q request) {
            effect.accept(work, request);
            return new Reply.Accepted(UpkeepResponse.newBuilder(), "", work.nextRevision() - 1);
        }
    }

    private static void check(InstallQuorumKeyRequest request, Check check) {
        check.that(
                        request.getKey().size() == Tokens.KEY_BYTES,
                        "key",
                        "the key has " + request.getKey().size() + " bytes",
                        Tokens.KEY_BYTES + " random bytes")
                .required("clusterId", request.getClusterId(), "the quorum's id");
    }

    /** The first key wins: of two leaders' proposals both may be in the log. */
    private static void install(Work work, InstallQuorumKeyRequest request) {
        if (!Tokens.hasKey(work.view(), request.getClusterId())) {
            work.installQuorumKey(request.getKey(), request.getClusterId());
        }
    }

    private static void check(CompactJournalRequest request, Check check) {
        check.that(
                request.getKeepFromRevision() > 0,
                "keepFromRevision",
                "keep from revision is " + request.getKeepFromRevision(),
                "a revision ≥ 1");
    }

    private static void compact(Work work, CompactJournalRequest request) {
        work.compactJournal(request.getKeepFromRevision());
    }
}
