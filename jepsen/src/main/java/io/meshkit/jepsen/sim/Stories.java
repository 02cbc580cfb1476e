package io.meshkit.jepsen.sim;

import io.meshkit.jepsen.sim.Step.Kind;
import io.meshkit.jepsen.sim.Step.Leases;
import io.meshkit.jepsen.sim.Step.Rights;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What chance alone rarely puts together: a few steps in the order in which such systems have broken. Between them
 * nothing is certain, as nothing is in a schedule: whether anybody leads, who is up, who reaches whom.
 */
final class Stories {
    private static final int KINDS = 6;
    private static final int SETTLES = 16;
    private static final int LEASE_MS = 1_000;

    private final Random random;

    Stories(Random random) {
        this.random = random;
    }

    List<Step> next() {
        int first = node();
        int second = another(first);
        List<Step> steps = new ArrayList<>();
        if (random.nextBoolean()) {
            steps.addAll(calm(first));
        }
        steps.addAll(
                switch (random.nextInt(KINDS)) {
                    case 0 -> deposedLeader(first, second);
                    case 1 -> revocation(first);
                    case 2 -> leaseInTime(first);
                    case 3 -> powerFails(first, second);
                    case 4 -> rivals(first, second);
                    default -> askedTwice(first);
                });
        return steps;
    }

    /** In most schedules something is broken most of the time; here nothing is, and that one leads. */
    private static List<Step> calm(int leader) {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Heal());
        for (int node = 0; node < Schedules.NODES; node++) {
            steps.add(new Step.Restart(node));
        }
        steps.add(new Step.Elect(leader));
        steps.add(new Step.Run(SETTLES));
        return steps;
    }

    /** A leader cut off, another one elected, and both asked. */
    private List<Step> deposedLeader(int cutOff, int elected) {
        int key = key();
        return List.of(
                new Step.Isolate(cutOff),
                new Step.Elect(elected),
                new Step.Run(SETTLES),
                new Step.Op(client(), elected, Kind.WRITE, key),
                new Step.Run(1 + random.nextInt(SETTLES)),
                new Step.Op(client(), cutOff, Kind.READ, key));
    }

    /** Somebody whose rights have been looked at loses them, and goes on. */
    private List<Step> revocation(int node) {
        int principal = key();
        List<Step> steps = new ArrayList<>();
        for (Rights kind : List.of(Rights.GRANT, Rights.USE, Rights.REVOKE, Rights.USE)) {
            steps.add(new Step.Right(client(), node, kind, principal));
            steps.add(new Step.Run(SETTLES));
        }
        return steps;
    }

    /** A lease whose time is nearly over, or just over, and somebody looks. */
    private List<Step> leaseInTime(int node) {
        return List.of(
                new Step.Lease(client(), node, Leases.GRANT, 0),
                new Step.Run(SETTLES),
                new Step.Tick(LEASE_MS / 2 + random.nextInt(LEASE_MS)),
                new Step.Run(SETTLES),
                new Step.Lease(client(), node, Leases.LOOK, 0),
                new Step.Run(SETTLES));
    }

    /**
     * Something is asked and goes as far as it can while only the leader's disk works; then the power of the others
     * fails, and they go on without him.
     */
    private List<Step> powerFails(int leader, int other) {
        int third = Schedules.NODES - leader - other;
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Op(client(), leader, Kind.WRITE, key()));
        steps.add(new Step.Sync(leader));
        int delivered = 2 + random.nextInt(6);
        for (int i = 0; i < delivered; i++) {
            steps.add(new Step.Deliver(0));
        }
        steps.add(new Step.Isolate(leader));
        for (int node : List.of(other, third)) {
            steps.add(new Step.Crash(node, true));
            steps.add(new Step.Restart(node));
        }
        steps.add(new Step.Elect(other));
        steps.add(new Step.Run(SETTLES));
        return steps;
    }

    /** Two who do not reach each other stand for election, and a third hears both. */
    private static List<Step> rivals(int one, int other) {
        return List.of(new Step.Cut(one, other), new Step.Elect(one), new Step.Elect(other), new Step.Run(SETTLES));
    }

    /** A client gives up on what may have happened, and asks again. */
    private List<Step> askedTwice(int node) {
        int client = client();
        return List.of(
                new Step.Op(client, node, Kind.WRITE, key()),
                new Step.Run(1 + random.nextInt(SETTLES)),
                new Step.GiveUp(client),
                new Step.Run(SETTLES),
                new Step.Retry(client, node),
                new Step.Run(SETTLES));
    }

    private int node() {
        return random.nextInt(Schedules.NODES);
    }

    private int another(int node) {
        return (node + 1 + random.nextInt(Schedules.NODES - 1)) % Schedules.NODES;
    }

    private int client() {
        return random.nextInt(Schedules.CLIENTS);
    }

    private int key() {
        return random.nextInt(Schedules.KEYS);
    }
}
