package io.meshkit.jepsen.nemesis;

import io.meshkit.jepsen.net.Partition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The faults by the names that the command line has for them. */
public final class Nemeses {
    private static final Map<String, Supplier<Nemesis>> BY_NAME = byName();

    private Nemeses() {}

    private static Map<String, Supplier<Nemesis>> byName() {
        Map<String, Supplier<Nemesis>> all = new LinkedHashMap<>();
        List<Supplier<Nemesis>> nemeses =
                new ArrayList<>(List.of(() -> new KillNemesis(false), () -> new KillNemesis(true), PauseNemesis::new));
        for (Partition shape : Partition.values()) {
            nemeses.add(() -> new PartitionNemesis(shape));
        }
        nemeses.add(() -> new LossNemesis(LossNemesis.PERCENT_DEFAULT));
        nemeses.add(DiskFullNemesis::new);
        nemeses.add(DiskLowNemesis::new);
        nemeses.add(PowerNemesis::new);
        nemeses.add(BitFlipNemesis::new);
        nemeses.add(ClockNemesis::new);
        nemeses.add(MemberNemesis::new);
        nemeses.forEach(nemesis -> all.put(nemesis.get().name(), nemesis));
        return all;
    }

    /** All single names, without those that take a number. */
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /**
     * @param name one name, or several joined by {@code +} for several at once
     * @throws IllegalArgumentException if there is no such fault
     */
    public static Nemesis of(String name) {
        if (name.contains("+")) {
            return new Together(
                    Arrays.stream(name.split("\\+", -1)).map(Nemeses::of).toList());
        }
        Supplier<Nemesis> known = BY_NAME.get(name);
        if (known != null) {
            return known.get();
        }
        if (name.matches("loss:[0-9]{1,2}")) {
            return new LossNemesis(Integer.parseInt(name.substring("loss:".length())));
        }
        throw new IllegalArgumentException("no nemesis '" + name + "'; there are " + String.join(", ", names())
                + ", loss:PERCENT, and several at once joined by +");
    }
}
