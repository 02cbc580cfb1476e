package io.meshkit.server.leases;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.meshkit.api.RegistryException;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.LeaseState;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerMutationResponse;
import io.meshkit.v1.PeerStatus;
import io.meshkit.v1.RegisterPeerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** Schedules of time, keep-alives, stops, lost majorities and failovers, as data. */
class LessorProperties {
    private static final LeaseSettings SETTINGS = new LeaseSettings(2_000, 1_000, 0, 1, 30_000);
    private static final long TTL_MS = 3_000;

    /** What happens next. */
    enum Step {
        TICK,
        TICKS,
        KEEP_ALIVE,
        KEEP_ALIVE_AT_OLD,
        STOP,
        LOSE_MAJORITY,
        HEAL,
        FAIL_OVER,
        OLD_WAKES,
        OLD_LEADS_AGAIN,
        HOLD,
        RELEASE
    }

    @Provide
    Arbitrary<List<Step>> schedules() {
        return Arbitraries.frequency(
                        Tuple.of(8, Step.TICK),
                        Tuple.of(4, Step.TICKS),
                        Tuple.of(8, Step.KEEP_ALIVE),
                        Tuple.of(2, Step.KEEP_ALIVE_AT_OLD),
                        Tuple.of(1, Step.STOP),
                        Tuple.of(1, Step.LOSE_MAJORITY),
                        Tuple.of(3, Step.HEAL),
                        Tuple.of(2, Step.FAIL_OVER),
                        Tuple.of(2, Step.OLD_WAKES),
                        Tuple.of(1, Step.OLD_LEADS_AGAIN),
                        Tuple.of(1, Step.HOLD),
                        Tuple.of(3, Step.RELEASE))
                .list()
                .ofMinSize(10)
                .ofMaxSize(120);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void acknowledgedKeepAlive_isGoodForAWholeTtl_whateverHappens(@ForAll("schedules") List<Step> schedule) {
        try (SimulatedLog log = new SimulatedLog()) {
            List<SimulatedLog.Node> nodes = new ArrayList<>();
            nodes.add(log.new Node(SETTINGS));
            PeerMutationResponse registered = log.mutate(RegisterPeerRequest.newBuilder()
                    .setPeer(Peer.newBuilder().setId("p"))
                    .setLeaseTtl(Durations.fromMillis(TTL_MS))
                    .build());
            long lease = registered.getPeer().getLease().getId();
            // The holder's own, conservative deadline.
            long goodUntil = log.nanos + TimeUnit.MILLISECONDS.toNanos(TTL_MS);
            for (Step step : schedule) {
                SimulatedLog.Node leader = nodes.getLast();
                SimulatedLog.Node old = nodes.getFirst();
                switch (step) {
                    case TICK -> tick(log, leader, 1);
                    case TICKS -> tick(log, leader, 15);
                    case KEEP_ALIVE, KEEP_ALIVE_AT_OLD -> {
                        long sent = log.nanos;
                        if (!log.holdProposals && keptAlive(step == Step.KEEP_ALIVE ? leader : old, lease)) {
                            goodUntil = sent + TimeUnit.MILLISECONDS.toNanos(TTL_MS);
                        }
                    }
                    case STOP -> log.nanos += TimeUnit.SECONDS.toNanos(5);
                    case LOSE_MAJORITY -> log.majority = false;
                    case HEAL -> log.majority = true;
                    case FAIL_OVER -> {
                        if (log.majority) {
                            log.term++;
                            nodes.add(log.new Node(SETTINGS));
                        }
                    }
                    case OLD_WAKES -> tick(log, old, 3);
                    case OLD_LEADS_AGAIN -> {
                        log.term++;
                        old.believedTerm = log.term;
                        nodes.remove(old);
                        nodes.add(old);
                    }
                    case HOLD -> log.holdProposals = true;
                    case RELEASE -> log.release();
                }
                PeerStatus status = log.read(
                                GetPeerRequest.newBuilder().setId("p").build(), GetPeerResponse.class)
                        .getPeer()
                        .getStatus();
                Statistics.collect(status);
                if (log.nanos < goodUntil) {
                    assertThat(status).as("%s", step).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
                }
            }
        }
        Statistics.coverage(coverage -> {
            coverage.check(PeerStatus.PEER_STATUS_SUSPECT).count(times -> times > 0);
            coverage.check(PeerStatus.PEER_STATUS_LEFT).count(times -> times > 0);
        });
    }

    private static void tick(SimulatedLog log, SimulatedLog.Node node, int times) {
        for (int i = 0; i < times; i++) {
            log.nanos += TimeUnit.MILLISECONDS.toNanos(Lessor.TICK_MS);
            node.lessor.tick();
        }
    }

    private static boolean keptAlive(SimulatedLog.Node node, long lease) {
        try {
            return node.lessor
                            .keepAlive(List.of(lease), Deadline.inMs(10_000))
                            .getFirst()
                            .getState()
                    == LeaseState.LEASE_STATE_ALIVE;
        } catch (RegistryException e) {
            return false;
        }
    }
}
