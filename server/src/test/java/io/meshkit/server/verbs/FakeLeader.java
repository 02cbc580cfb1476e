package io.meshkit.server.verbs;

import io.meshkit.raft.NodeId;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The other node, that leads: keeps what it is asked until the test answers. */
final class FakeLeader implements LeaderCalls {
    record Forwarded(NodeId leader, Command command, long term, CompletableFuture<CommandOutcome> answer) {}

    record Asked(NodeId leader, CompletableFuture<Long> answer) {}

    final List<Forwarded> forwarded = new ArrayList<>();
    final List<Asked> asked = new ArrayList<>();

    @Override
    public synchronized CompletableFuture<CommandOutcome> forward(
            NodeId leader, Command command, long term, long deadlineMs) {
        Forwarded call = new Forwarded(leader, command, term, new CompletableFuture<>());
        forwarded.add(call);
        notifyAll();
        return call.answer();
    }

    @Override
    public synchronized CompletableFuture<Long> readIndex(NodeId leader, long deadlineMs) {
        Asked call = new Asked(leader, new CompletableFuture<>());
        asked.add(call);
        notifyAll();
        return call.answer();
    }

    /** The n-th forwarded call, from 0; waits for it. */
    synchronized Forwarded forwarded(int n) throws InterruptedException {
        await(forwarded, n);
        return forwarded.get(n);
    }

    /** The n-th read index asked for, from 0; waits for it. */
    synchronized Asked asked(int n) throws InterruptedException {
        await(asked, n);
        return asked.get(n);
    }

    private void await(List<?> calls, int n) throws InterruptedException {
        Deadline deadline = Deadline.inMs(10_000);
        while (calls.size() <= n) {
            if (deadline.passed()) {
                throw new AssertionError("call " + n + " did not come");
            }
            wait(deadline.remainingMs());
        }
    }
}
