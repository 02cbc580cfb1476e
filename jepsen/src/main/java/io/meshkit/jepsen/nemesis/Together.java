package io.meshkit.jepsen.nemesis;

import com.google.gson.JsonObject;
import io.meshkit.jepsen.os.Capability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/** Several faults at once. Shows only if every one of them does. */
record Together(List<Nemesis> all) implements Nemesis {
    Together {
        all = List.copyOf(all);
    }

    @Override
    public String name() {
        return all.stream().map(Nemesis::name).collect(Collectors.joining("+"));
    }

    @Override
    public Set<Capability> needs() {
        Set<Capability> needs = EnumSet.noneOf(Capability.class);
        all.forEach(nemesis -> needs.addAll(nemesis.needs()));
        return needs;
    }

    @Override
    public void prepare(Arena arena) throws IOException, InterruptedException {
        for (Nemesis nemesis : all) {
            nemesis.prepare(arena);
        }
    }

    @Override
    public Injection inject(Arena arena) throws IOException, InterruptedException {
        List<Injection> injected = new ArrayList<>();
        JsonObject value = new JsonObject();
        List<Nemesis> inOrder = all.stream()
                .sorted(Comparator.comparing(Nemesis::isHealedLast).reversed())
                .toList();
        try {
            for (Nemesis nemesis : inOrder) {
                Injection injection = nemesis.inject(arena);
                injected.add(injection);
                value.add(nemesis.name(), injection.value());
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            for (Injection injection : injected) {
                injection.heal();
            }
            throw e;
        }
        String target = injected.stream().map(Injection::target).collect(Collectors.joining(" + "));
        return Evidence.injection(target, value, () -> {
            SequencedMap<String, Long> evidence = new LinkedHashMap<>();
            boolean allShown = true;
            for (int i = injected.size() - 1; i >= 0; i--) {
                SequencedMap<String, Long> one = injected.get(i).heal();
                allShown &= one.values().stream().anyMatch(count -> count > 0);
                evidence.putAll(one);
            }
            return allShown ? evidence : nothing(evidence);
        });
    }

    private static SequencedMap<String, Long> nothing(SequencedMap<String, Long> partly) {
        SequencedMap<String, Long> none = new LinkedHashMap<>();
        partly.forEach((counter, count) -> none.put(counter + " (" + count + ", but not every fault showed)", 0L));
        return none;
    }
}
