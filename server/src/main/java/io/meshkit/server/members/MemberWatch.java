package io.meshkit.server.members;

import io.meshkit.api.RegistryException;
import io.meshkit.internal.v1.MembersResponse;
import io.meshkit.raft.FatalHandler;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import io.meshkit.raft.StartupException;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.Waits;
import io.meshkit.v1.QuorumMemberRecord.State;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the other members what they make of this node: at the start, and whenever it hears of no leader.
 *
 * <p>A removed member is not told by Raft in every case: while it was down, its log does not show it. And a node that
 * has lost its data and was a member must not join again under its id. Thread: its own.
 */
public final class MemberWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberWatch.class);
    private static final long ASK_MS = 1_000;
    private static final long INTERVAL_MS = 1_000;

    /** How long a node that wants to join looks for the quorum before it gives up. */
    static final long FIND_MS = 60_000;

    private final NodeId self;
    private final MemberDirectory directory;
    private final MemberCalls calls;
    private final Thread thread;
    private volatile boolean closed;

    private MemberWatch(Replica replica, MemberDirectory directory, MemberCalls calls, FatalHandler fatal) {
        this.self = replica.self();
        this.directory = directory;
        this.calls = calls;
        this.thread = Thread.ofPlatform().name("member-watch").daemon().unstarted(() -> run(replica, fatal));
    }

    public static MemberWatch start(Replica replica, MemberDirectory directory, MemberCalls calls, FatalHandler fatal) {
        MemberWatch watch = new MemberWatch(replica, directory, calls, fatal);
        watch.thread.start();
        return watch;
    }

    /**
     * Before the replica is started: refuses a node that was removed, and one that has lost its data.
     *
     * @throws StartupException if the node must not start; nothing was changed
     */
    public static void checkStart(ServerConfig config, MemberDirectory directory, MemberCalls calls)
            throws StartupException {
        boolean hasData = Files.exists(config.dataDirectory().resolve("identity"));
        NodeId self = new NodeId(config.node());
        if (hasData) {
            for (MembersResponse answer : ask(directory, calls)) {
                requireNotRemoved(self, answer);
            }
        } else if (config.initialState() == ServerConfig.InitialState.JOIN) {
            find(self, directory, calls);
        }
    }

    private static void find(NodeId self, MemberDirectory directory, MemberCalls calls) throws StartupException {
        Deadline until = Deadline.inMs(FIND_MS);
        while (!until.passed()) {
            for (MembersResponse answer : ask(directory, calls)) {
                requireNotRemoved(self, answer);
                requireNewcomer(self, answer);
                if (answer.getMembersCount() > 0) {
                    directory.learn(answer.getMembersList());
                    LOG.info("{} found the quorum: {} members", self, answer.getMembersCount());
                    return;
                }
            }
            pause();
        }
        throw new StartupException(
                "no member of the quorum answers: asked " + directory.others(),
                "name a running member in members, with a Raft certificate of its CA for this node");
    }

    private static void requireNotRemoved(NodeId self, MembersResponse answer) throws StartupException {
        if (answer.hasAsker() && answer.getAsker().getState() == State.REMOVED) {
            throw new StartupException(
                    self + " was removed from the quorum",
                    "empty its data directory and add it under an id that no member ever had");
        }
    }

    private static void requireNewcomer(NodeId self, MembersResponse answer) throws StartupException {
        boolean member = answer.getMembersList().stream()
                .anyMatch(known -> known.getNode().equals(self.value()));
        boolean former = answer.hasAsker() && answer.getAsker().getState() != State.JOINING;
        if (member || former) {
            throw new StartupException(
                    self + " is or was a member of the quorum, but its data directory is empty: it does not know any"
                            + " more what it has voted and acknowledged",
                    "restore the directory, or remove the member and join under an id that no member ever had");
        }
    }

    private void run(Replica replica, FatalHandler fatal) {
        while (!closed) {
            pause();
            boolean outside = !replica.membership().contains(self);
            if (closed || (!outside && replica.leader().isPresent())) {
                continue;
            }
            for (MembersResponse answer : ask(directory, calls)) {
                if (answer.hasAsker() && answer.getAsker().getState() == State.REMOVED && !closed) {
                    fatal.removed(self);
                }
                if (outside) {
                    directory.learn(answer.getMembersList());
                }
            }
        }
    }

    /** What those say who answer in time. */
    private static List<MembersResponse> ask(MemberDirectory directory, MemberCalls calls) {
        Set<NodeId> others = directory.others();
        List<CompletableFuture<MembersResponse>> asked =
                others.stream().map(node -> calls.members(node, ASK_MS)).toList();
        List<MembersResponse> answers = new ArrayList<>();
        Deadline until = Deadline.inMs(ASK_MS);
        for (CompletableFuture<MembersResponse> answer : asked) {
            try {
                answers.add(Waits.await(answer, until));
            } catch (RegistryException e) {
                LOG.debug("a member does not say who the members are: {}", e.getMessage());
            }
        }
        return answers;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(INTERVAL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
