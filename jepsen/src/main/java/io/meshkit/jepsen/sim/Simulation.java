package io.meshkit.jepsen.sim;

import io.meshkit.jepsen.checker.Checkers;
import io.meshkit.jepsen.checker.Judgement;
import io.meshkit.jepsen.checker.Verdict;
import io.meshkit.jepsen.history.History;
import io.meshkit.v1.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs a schedule to its end, lets everything heal, and judges. Thread: one. */
public final class Simulation {
    static final int CLIENTS = 4;
    static final int KEYS = 2;
    static final int WATCHES = 2;

    private static final int SETTLE_ROUNDS = 60;
    private static final int SETTLE_MESSAGES = 2_000;
    private static final int TICK_MS = 200;
    private static final Set<String> OF_REGISTERS = Set.of("read", "write", "cas", "delete");
    private static final Set<String> OF_SHARDS = Set.of("shard-assign");
    private static final Set<String> OF_RIGHTS = Set.of("rbac-grant", "rbac-revoke", "write");

    /** Makes a member; the bug zoo makes others. */
    @FunctionalInterface
    interface Members {
        SimNode make(int id, int nodes, SimWorld world);
    }

    private final SimCluster cluster;

    private Simulation(Schedule schedule, Members members) {
        cluster = new SimCluster(schedule.nodes(), members);
    }

    /** Runs it on what we ship. */
    public static SimResult run(Schedule schedule) {
        return run(schedule, SimNode::sound);
    }

    static SimResult run(Schedule schedule, Members members) {
        return new Simulation(schedule, members).run(schedule.steps());
    }

    private SimResult run(List<Step> steps) {
        String at = "setting up";
        try {
            setUp();
            int number = 0;
            for (Step step : steps) {
                at = "step " + number++ + ", " + step;
                cluster.step(step);
            }
            at = "healing";
            heal();
        } catch (BrokenInvariant e) {
            return result(Optional.of(e.getMessage() + " (" + at + ")"), List.of());
        } catch (RuntimeException e) {
            // The domain halts a replica by throwing; anything else is a member that broke.
            return result(Optional.of("a member broke: " + e + " (" + at + ")"), List.of());
        }
        List<Judgement> judgements = judge();
        Optional<String> failure = judgements.stream()
                .filter(judgement -> judgement.verdict() == Verdict.INVALID)
                .map(judgement -> judgement.checker() + ": "
                        + judgement.counterexamples().getFirst().what())
                .findFirst();
        return result(failure, judgements);
    }

    private SimResult result(Optional<String> failure, List<Judgement> judgements) {
        return new SimResult(
                failure,
                judgements,
                cluster.history().whole(),
                cluster.trace(),
                cluster.invariants().checks());
    }

    private List<Judgement> judge() {
        List<Judgement> judgements = new ArrayList<>();
        judgements.addAll(Checkers.judge("register", cluster.history().only(OF_REGISTERS::contains)));
        judgements.addAll(Checkers.judge("shard", cluster.history().only(OF_SHARDS::contains)));
        History ofRights = cluster.history().only(OF_RIGHTS::contains);
        Checkers.of("rbac").forEach(checker -> judgements.add(checker.check(ofRights)));
        History ofLeases = cluster.history().only(function -> function.startsWith("lease-"));
        Checkers.of("lease").forEach(checker -> judgements.add(checker.check(ofLeases)));
        return judgements;
    }

    private void setUp() {
        cluster.step(new Step.Elect(0));
        for (Command command : SimRequests.setup(KEYS)) {
            var unused = cluster.node(0).propose(command, Long.MAX_VALUE);
        }
        for (int i = 0; i < SimRequests.setup(KEYS).size(); i++) {
            cluster.step(new Step.Run(SETTLE_MESSAGES));
        }
    }

    /** Every node is up and reaches every other: then everything must come to rest, with a leader, at one index. */
    private void heal() {
        cluster.step(new Step.Heal());
        for (int node = 0; node < cluster.nodes(); node++) {
            cluster.step(new Step.Restart(node));
        }
        for (int round = 0; round < SETTLE_ROUNDS; round++) {
            if (cluster.leader().isEmpty()) {
                cluster.step(new Step.Elect(round % cluster.nodes()));
            }
            cluster.step(new Step.Tick(TICK_MS));
            cluster.step(new Step.Run(SETTLE_MESSAGES));
            if (cluster.isAtRest()) {
                finish();
                return;
            }
        }
        throw new BrokenInvariant("everything has healed, and the members still do not agree");
    }

    /** Last reads through the front door, then what every node has. */
    private void finish() {
        cluster.giveUp();
        int leader = cluster.leader().orElseThrow();
        for (int key = 0; key < KEYS; key++) {
            cluster.step(new Step.Op(key, leader, Step.Kind.READ, key));
        }
        cluster.step(new Step.Run(SETTLE_MESSAGES));
        cluster.giveUp();
        cluster.finalReads();
    }
}
