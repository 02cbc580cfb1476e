package io.meshkit.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class LeaderWatchTest {
    private static final NodeId LEADER = node(1);
    private static final NodeId SELF = node(2);
    private static final NodeId OTHER = node(3);
    private static final long TERM = 7;
    private static final long WINDOW_MS = 1_000;
    private static final Testimony GONE = new Testimony(true, TERM, 40);
    private static final Testimony ALIVE = new Testimony(false, TERM, 40);

    private final FakeSelf self = new FakeSelf();
    private final LeaderStreams streams = new LeaderStreams();
    private final FakePeers peers = new FakePeers();
    private final Set<NodeId> refusing = new HashSet<>(Set.of(LEADER));
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private long nowMs;
    private final LeaderWatch watch = new LeaderWatch(
            SELF,
            self,
            streams,
            member -> refusing.contains(member.id()),
            peers,
            WINDOW_MS,
            () -> TimeUnit.MILLISECONDS.toNanos(nowMs),
            tasks::add);

    LeaderWatchTest() {
        streams.onBroken(watch::broken);
    }

    private static NodeId node(int number) {
        return new NodeId("node-" + number);
    }

    private static LeaderWatch.View view(long term, NodeId leader, int members, long logIndex) {
        Set<NodeId> voters = IntStream.rangeClosed(1, members)
                .mapToObj(LeaderWatchTest::node)
                .collect(Collectors.toSet());
        return new LeaderWatch.View(
                term, Optional.ofNullable(leader), !SELF.equals(leader), List.of(voters), TERM, logIndex);
    }

    private LeaderStreams.Stream stream(NodeId from) {
        LeaderStreams.Stream stream = streams.begin();
        stream.carries(AppendEntriesRequestProto.newBuilder()
                .setServerRequest(
                        RaftRpcRequestProto.newBuilder().setRequestorId(ByteString.copyFromUtf8(from.value())))
                .build());
        return stream;
    }

    /** The leader's last stream ends, as its kernel ends it. */
    private void breakStream() {
        stream(LEADER).ended();
        run();
    }

    private void run() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    private void pass(long ms) {
        for (long passed = 0; passed < ms; passed += 10) {
            nowMs += 10;
            watch.sweep(TimeUnit.MILLISECONDS.toNanos(nowMs));
            run();
        }
    }

    @Test
    void broken_withThePortRefusingAndAMajorityThatSaysSo_standsAtOnce() {
        peers.says(OTHER, GONE);

        breakStream();

        assertThat(self.stoodAgainst).containsExactly(LEADER);
        assertThat(watch.elections()).isEqualTo(1);
        assertThat(peers.questions).containsExactly(OTHER + " about " + LEADER + " in " + TERM);
    }

    @Test
    void broken_whileAnotherStreamIsOpen_asksNobody() {
        peers.says(OTHER, GONE);
        LeaderStreams.Stream heartbeats = stream(LEADER);

        breakStream();
        pass(2 * WINDOW_MS);

        assertThat(peers.questions).isEmpty();
        assertThat(self.stoodAgainst).isEmpty();

        heartbeats.ended();
        heartbeats.ended();
        run();
        assertThat(self.stoodAgainst).as("it was the last one").containsExactly(LEADER);
    }

    @Test
    void refusal_withoutABrokenStream_asksNobody() {
        peers.says(OTHER, GONE);

        pass(2 * WINDOW_MS);

        assertThat(peers.questions).isEmpty();
        assertThat(self.stoodAgainst).isEmpty();
    }

    @Test
    void broken_withAPortThatDoesNotRefuse_asksNobody() {
        peers.says(OTHER, GONE);
        refusing.clear();

        breakStream();
        pass(2 * WINDOW_MS);

        assertThat(peers.questions).isEmpty();
        assertThat(self.stoodAgainst).isEmpty();
    }

    @Test
    void broken_withAPortThatRefusesALittleLater_standsThen() {
        peers.says(OTHER, GONE);
        refusing.clear();
        breakStream();

        refusing.add(LEADER);
        pass(2 * LeaderWatch.RETRY_MS);

        assertThat(self.stoodAgainst).containsExactly(LEADER);
    }

    @Test
    void broken_againAndAgainWhileTheOtherMemberDisagrees_neverStands() {
        peers.says(OTHER, ALIVE);

        for (int i = 0; i < 20; i++) {
            breakStream();
            pass(2 * WINDOW_MS);
        }

        assertThat(peers.questions).isNotEmpty();
        assertThat(self.stoodAgainst).isEmpty();
    }

    @Test
    void broken_whileTheOtherMemberDoesNotAnswer_doesNotStand() {
        breakStream();
        pass(2 * WINDOW_MS);

        assertThat(peers.questions).isNotEmpty();
        assertThat(self.stoodAgainst).isEmpty();
    }

    @Test
    void broken_withTheOtherMemberSlowerToSee_standsWhenItDoes() {
        peers.says(OTHER, ALIVE);
        breakStream();

        peers.says(OTHER, GONE);
        pass(2 * LeaderWatch.RETRY_MS);

        assertThat(self.stoodAgainst).containsExactly(LEADER);
    }

    @Test
    void broken_ofFive_takesThree() {
        self.view = view(TERM, LEADER, 5, 41);
        peers.says(node(4), GONE);
        breakStream();
        pass(2 * WINDOW_MS);
        assertThat(self.stoodAgainst).as("two of five").isEmpty();

        peers.says(node(5), GONE);
        breakStream();
        pass(2 * LeaderWatch.RETRY_MS);
        assertThat(self.stoodAgainst).containsExactly(LEADER);
    }

    @Test
    void broken_ofTwo_isNoMajority() {
        self.view = view(TERM, LEADER, 2, 40);

        breakStream();
        pass(2 * WINDOW_MS);

        assertThat(self.stoodAgainst).isEmpty();
    }

    @Test
    void broken_whileVotersChange_takesAMajorityOfBothConfigurations() {
        self.view = new LeaderWatch.View(
                TERM,
                Optional.of(LEADER),
                true,
                List.of(Set.of(LEADER, SELF, OTHER), Set.of(LEADER, SELF, node(4))),
                TERM,
                41);
        peers.says(OTHER, GONE);
        breakStream();
        pass(2 * WINDOW_MS);
        assertThat(self.stoodAgainst)
                .as("the former configuration has not agreed")
                .isEmpty();

        peers.says(node(4), GONE);
        breakStream();
        pass(2 * LeaderWatch.RETRY_MS);
        assertThat(self.stoodAgainst).containsExactly(LEADER);
    }

    @Test
    void broken_withAShorterLogThanTheOthers_letsThemStandFirst() {
        peers.says(OTHER, new Testimony(true, TERM, 42));

        breakStream();
        pass(LeaderWatch.STAGGER_MS - 20);
        assertThat(self.stoodAgainst).isEmpty();

        pass(40);
        assertThat(self.stoodAgainst).as("nobody has come forward").containsExactly(LEADER);
    }

    @Test
    void broken_withEqualLogs_standsInOrderOfTheIds() {
        self.view = view(TERM, LEADER, 5, 40);
        peers.says(OTHER, GONE);
        peers.says(node(4), GONE);

        breakStream();

        assertThat(self.stoodAgainst).as("node-2 comes first").containsExactly(LEADER);
    }

    @Test
    void turn_whenANewTermHasBegun_isForgone() {
        peers.says(OTHER, new Testimony(true, TERM, 42));
        breakStream();

        self.view = view(TERM + 1, OTHER, 3, 40);
        pass(2 * WINDOW_MS);

        assertThat(self.stoodAgainst).isEmpty();
    }

    @Test
    void turn_whenTheLeaderIsBack_isForgone() {
        peers.says(OTHER, new Testimony(true, TERM, 42));
        breakStream();

        stream(LEADER);
        pass(2 * WINDOW_MS);

        assertThat(self.stoodAgainst).isEmpty();
    }

    @Test
    void broken_ofAMemberThatDoesNotLead_asksNobody() {
        refusing.add(OTHER);
        stream(OTHER).ended();
        run();
        pass(2 * WINDOW_MS);

        assertThat(peers.questions).isEmpty();
    }

    @Test
    void broken_onAMemberWithoutAVote_asksNobody() {
        self.view = new LeaderWatch.View(
                TERM, Optional.of(LEADER), false, List.of(Set.of(LEADER, OTHER, node(4))), TERM, 40);
        breakStream();

        assertThat(peers.questions).isEmpty();
    }

    @Test
    void stand_thatFails_isLeftToTheTimeout() {
        peers.says(OTHER, GONE);
        self.failure = Optional.of(new IOException("closed"));

        breakStream();
        pass(2 * WINDOW_MS);

        assertThat(watch.elections()).isZero();
        assertThat(self.stoodAgainst).containsExactly(LEADER);
    }

    @Test
    void testify_withoutAStreamAndWithAPortThatRefuses_agrees() {
        assertThat(watch.testify(LEADER, TERM)).isEqualTo(new Testimony(true, TERM, 41));
    }

    @Test
    void testify_whileNoLeaderIsKnown_agrees() {
        self.view = view(TERM, null, 3, 40);

        assertThat(watch.testify(LEADER, TERM).gone()).isTrue();
    }

    @Test
    void testify_withAStreamOrAPortThatDoesNotRefuse_disagrees() {
        LeaderStreams.Stream open = stream(LEADER);
        assertThat(watch.testify(LEADER, TERM).gone()).as("with a stream").isFalse();

        open.ended();
        refusing.clear();
        assertThat(watch.testify(LEADER, TERM).gone()).as("with a port").isFalse();
    }

    @Test
    void testify_inAnotherTermOrUnderAnotherLeader_disagrees() {
        assertThat(watch.testify(LEADER, TERM - 1).gone()).as("an old term").isFalse();
        assertThat(watch.testify(LEADER, TERM + 1).gone()).as("a newer term").isFalse();
        refusing.add(OTHER);
        assertThat(watch.testify(OTHER, TERM).gone()).as("another leader").isFalse();
        refusing.add(SELF);
        assertThat(watch.testify(SELF, TERM).gone()).as("itself").isFalse();
    }

    private static final class FakeSelf implements LeaderWatch.Self {
        private final List<NodeId> stoodAgainst = new ArrayList<>();
        private LeaderWatch.View view = LeaderWatchTest.view(TERM, LEADER, 3, 41);
        private Optional<IOException> failure = Optional.empty();

        @Override
        public LeaderWatch.View view() {
            return view;
        }

        @Override
        public Optional<Member> find(NodeId member) {
            return Optional.of(Member.voter(member, "127.0.0.1", 1));
        }

        @Override
        public boolean stand(NodeId leader) throws IOException {
            stoodAgainst.add(leader);
            if (failure.isPresent()) {
                throw failure.get();
            }
            return true;
        }
    }

    private static final class FakePeers implements PeerRpc {
        private final List<String> questions = new ArrayList<>();
        private final Map<NodeId, Testimony> testimonies = new HashMap<>();

        /** Who says nothing does not answer. */
        void says(NodeId member, Testimony testimony) {
            testimonies.put(member, testimony);
        }

        @Override
        public CompletableFuture<Testimony> leaderLoss(NodeId member, NodeId leader, long term, long timeoutMs) {
            questions.add(member + " about " + leader + " in " + term);
            Testimony testimony = testimonies.get(member);
            return testimony == null
                    ? CompletableFuture.failedFuture(new IOException(member + " does not answer"))
                    : CompletableFuture.completedFuture(testimony);
        }

        @Override
        public CompletableFuture<Long> currentTerm(NodeId member, long timeoutMs) {
            throw new UnsupportedOperationException("nobody asks");
        }

        @Override
        public void fetchCheckpoint(NodeId member, Path directory) {
            throw new UnsupportedOperationException("nobody asks");
        }
    }
}
