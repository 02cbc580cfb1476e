package io.meshkit.server.verbs;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.Commands;
import io.meshkit.domain.RegistryStateMachine;
import io.meshkit.raft.Replica;
import io.meshkit.server.access.Denials;
import io.meshkit.server.access.Principal;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.MutationResult;
import java.util.function.Supplier;

/**
 * The way of every mutation: request id, stateless validation, then the leader, here or forwarded once. A
 * dry run stops before the log: it is decided on a snapshot taken behind a read barrier.
 *
 * <p>Thread: any number; blocks the caller.
 */
public final class Mutations {
    private final Replica replica;
    private final LeaderProposals proposals;
    private final Barrier barrier;
    private final Supplier<String> requestIds;
    private final int requestBytesMax;
    private final RegistryStateMachine stateMachine;
    private final Minting minting;
    private final Denials denials;

    /**
     * @param requestIds      ids for callers that give none
     * @param requestBytesMax a larger command is refused with LIMIT_EXCEEDED
     * @param stateMachine    decides dry runs: the one that the replica applies
     * @param minting         decides what is random before it stands in the log
     * @param denials         hears of who was refused where the mutation was applied
     */
    public Mutations(
            Replica replica,
            LeaderProposals proposals,
            Barrier barrier,
            Supplier<String> requestIds,
            int requestBytesMax,
            RegistryStateMachine stateMachine,
            Minting minting,
            Denials denials) {
        this.replica = replica;
        this.proposals = proposals;
        this.barrier = barrier;
        this.requestIds = requestIds;
        this.requestBytesMax = requestBytesMax;
        this.stateMachine = stateMachine;
        this.minting = minting;
        this.denials = denials;
    }

    /**
     * @throws RegistryException the rejection, or why there is no answer
     */
    Message handle(Verb verb, Message request, Principal principal, Deadline deadline) {
        Minting.Minted minted = minting.mint(request, principal);
        Command command = command(minted.request(), principal);
        CommandOutcome outcome =
                Commands.options(command).getDryRun() ? dryRun(command, deadline) : proposals.submit(command, deadline);
        if (outcome.hasRejection()) {
            ErrorCode code = ErrorCode.ofName(outcome.getRejection().getCode());
            if (code == ErrorCode.FORBIDDEN || code == ErrorCode.UNAUTHENTICATED) {
                denials.note(
                        outcome.getRejection(),
                        principal.name(),
                        principal.caller().proof(),
                        verb.name());
            }
            throw new RegistryException(outcome.getRejection());
        }
        try {
            Message response = verb.responsePrototype().getParserForType().parseFrom(outcome.getResponse());
            return isAskedFor(response) ? response : minted.complete(response);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the outcome of " + verb.name() + " is no " + verb.responseName(), e);
        }
    }

    /** Whether an approval was asked for and nothing made: then nothing is to be signed or handed out either. */
    private static boolean isAskedFor(Message response) {
        var field = response.getDescriptorForType().findFieldByName("result");
        return response.getField(field) instanceof MutationResult result
                && !result.getApprovalId().isEmpty();
    }

    private Command command(Message request, Principal principal) {
        Command given = Commands.wrap(request, principal.caller());
        Command command = Commands.hashed(
                Commands.requestId(given).isEmpty() ? Commands.withRequestId(given, requestIds.get()) : given);
        if (command.getSerializedSize() > requestBytesMax) {
            throw RegistryException.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "the request has " + command.getSerializedSize() + " bytes, at most " + requestBytesMax
                            + " are allowed",
                    "split it, or raise limits.request-bytes-max on every node");
        }
        RegistryStateMachine.validate(command).ifPresent(problem -> {
            throw new RegistryException(problem);
        });
        return command;
    }

    private CommandOutcome dryRun(Command command, Deadline deadline) {
        barrier.confirm(deadline);
        try (StoreSnapshot snapshot = replica.snapshot()) {
            return stateMachine.dryRun(snapshot, command, System.currentTimeMillis());
        }
    }
}
