package io.meshkit.jepsen.sim;

import io.meshkit.jepsen.sim.Step.Kind;
import io.meshkit.jepsen.sim.Step.Leases;
import io.meshkit.jepsen.sim.Step.Rights;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random schedules for soaking. The same seed gives the same schedule on every machine. */
public final class Schedules {
    /** Ids of steps are small: what matters is whether two steps mean the same node, client or key. */
    static final int NODES = 3;

    static final int CLIENTS = 4;
    static final int KEYS = 2;
    private static final int WATCHES = 2;
    private static final int MS_MAX = 2_000;
    private static final int STORY_ONE_IN = 20;
    private static final int RIGHTS_ONE_IN = 8;
    private static final int LEASES_ONE_IN = 8;
    private static final long LEASES_SEED = 1L << 40;

    private Schedules() {}

    /** @param steps so many; what is done with rights and leases comes besides: about one in four */
    public static Schedule random(long seed, int steps) {
        Random random = new Random(seed);
        Random ofRights = new Random(~seed);
        Random ofLeases = new Random(seed + LEASES_SEED);
        Stories stories = new Stories(random);
        List<Step> all = new ArrayList<>();
        int besides = 0;
        while (all.size() - besides < steps) {
            if (ofRights.nextInt(RIGHTS_ONE_IN) == 0) {
                all.add(right(ofRights));
                besides++;
            }
            if (ofLeases.nextInt(LEASES_ONE_IN) == 0) {
                all.add(lease(ofLeases));
                besides++;
            }
            if (random.nextInt(STORY_ONE_IN) == 0) {
                all.addAll(stories.next());
            } else {
                all.add(step(random));
            }
        }
        return new Schedule(NODES, all);
    }

    /** Twice as many uses as grants or revocations. */
    private static Step right(Random random) {
        Rights[] kinds = {Rights.GRANT, Rights.REVOKE, Rights.USE, Rights.USE};
        return new Step.Right(
                random.nextInt(CLIENTS),
                random.nextInt(NODES),
                kinds[random.nextInt(kinds.length)],
                random.nextInt(KEYS));
    }

    /** More looks than anything else; time must pass between. */
    private static Step lease(Random random) {
        Leases[] kinds = {Leases.GRANT, Leases.KEEP_ALIVE, Leases.LOOK, Leases.LOOK};
        return random.nextInt(5) == 0
                ? new Step.Tick(1 + random.nextInt(MS_MAX))
                : new Step.Lease(
                        random.nextInt(CLIENTS),
                        random.nextInt(NODES),
                        kinds[random.nextInt(kinds.length)],
                        random.nextInt(2));
    }

    private static Step step(Random random) {
        int node = random.nextInt(NODES);
        int dice = random.nextInt(100);
        if (dice < 26) {
            Kind[] kinds = Kind.values();
            return new Step.Op(
                    random.nextInt(CLIENTS), node, kinds[random.nextInt(kinds.length)], random.nextInt(KEYS));
        }
        if (dice < 46) {
            return new Step.Deliver(random.nextInt(3) == 0 ? random.nextInt(8) : 0);
        }
        if (dice < 58) {
            return new Step.Run(1 + random.nextInt(24));
        }
        return switch (dice) {
            case 58, 59, 60, 61, 62 -> new Step.Sync(node);
            case 63, 64, 65 -> new Step.Drop(random.nextInt(8));
            case 66, 67 -> new Step.Duplicate(random.nextInt(8));
            case 68, 69, 70 -> new Step.Retry(random.nextInt(CLIENTS), node);
            case 71, 72, 73 -> new Step.GiveUp(random.nextInt(CLIENTS));
            case 74, 75, 76 -> new Step.Elect(node);
            case 77, 78 -> new Step.Crash(node, true);
            case 79 -> new Step.Crash(node, false);
            case 80, 81, 82, 83 -> new Step.Restart(node);
            case 84, 85 -> new Step.Flush(node);
            case 86, 87 -> new Step.Snapshot(node);
            case 88 -> new Step.Cut(node, random.nextInt(NODES));
            case 89, 90, 91 -> new Step.Isolate(node);
            case 92 -> new Step.Heal();
            case 93, 94 -> new Step.Tick(1 + random.nextInt(MS_MAX));
            case 95 -> new Step.Skew(node, random.nextInt(2 * MS_MAX) - MS_MAX);
            case 96, 97, 98 -> new Step.WatchAt(random.nextInt(WATCHES), node);
            default -> new Step.Bookmark(random.nextInt(WATCHES));
        };
    }
}
