package io.omnirelay.cli.mesh;

import io.meshkit.v1.SimulateShardsResponse;
import io.meshkit.v1.SimulatedAssignment;
import io.meshkit.v1.SimulatedLoad;
import io.meshkit.v1.SimulationNode;
import io.omnirelay.cli.output.Streams;
import io.omnirelay.cli.output.Table;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** What a simulation of shard owners asks and shows. */
final class SimulationView {
    private static final Pattern NODE = Pattern.compile("([^=@/]+)(?:=([0-9.]+))?(?:@([^/]*)(?:/(.*))?)?");

    private static final Table<SimulatedLoad> LOADS = Table.<SimulatedLoad>builder()
            .text("NODE", SimulatedLoad::getNodeId)
            .number("SHARDS", SimulatedLoad::getCurrentShards)
            .number("PROPOSED", SimulatedLoad::getProposedShards)
            .number("FAIR", load -> String.format(Locale.ROOT, "%.1f", load.getFairShards()))
            .number("CAPACITY", load -> String.format(Locale.ROOT, "%.1f", load.getCurrentCapacity()))
            .number("PROPOSED CAPACITY", load -> String.format(Locale.ROOT, "%.1f", load.getProposedCapacity()))
            .build();

    private static final Table<SimulatedAssignment> ASSIGNMENTS = Table.<SimulatedAssignment>builder()
            .text("NAMESPACE", SimulatedAssignment::getNamespace)
            .text("SHARD", SimulatedAssignment::getShardId)
            .text("OWNER", SimulatedAssignment::getCurrentOwnerNodeId)
            .text("PROPOSED", SimulatedAssignment::getProposedOwnerNodeId)
            .state("CHANGE", assignment -> assignment.getChangesOwner() ? "moves" : "stays")
            .text("LOCALITY", SimulatedAssignment::getLocalityHint)
            .build();

    private SimulationView() {}

    /** A node as {@code id}, {@code id=weight}, {@code id=weight@region/zone}. */
    static SimulationNode node(String text) {
        Matcher matcher = NODE.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is not ID[=WEIGHT][@REGION[/ZONE]]");
        }
        SimulationNode.Builder node = SimulationNode.newBuilder().setNodeId(matcher.group(1));
        if (matcher.group(2) != null) {
            try {
                node.setWeight(Double.parseDouble(matcher.group(2)));
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + matcher.group(2) + "' is not a weight");
            }
        }
        return node.setRegion(Texts.of(matcher.group(3)))
                .setZone(Texts.of(matcher.group(4)))
                .build();
    }

    static void print(SimulateShardsResponse response, Streams streams) {
        print(ASSIGNMENTS, response.getAssignmentsList(), streams);
        streams.out().println();
        print(LOADS, response.getLoadsList(), streams);
        streams.out().println();
        double share = response.getShards() == 0 ? 0 : 100.0 * response.getMovedShards() / response.getShards();
        streams.out()
                .println(String.format(
                        Locale.ROOT,
                        "%s: %d of %d shards would move (%.1f %%); these loads need at least %d",
                        response.getStrategyId(),
                        response.getMovedShards(),
                        response.getShards(),
                        share,
                        response.getMovedShardsMin()));
    }

    private static <E> void print(Table<E> table, List<E> rows, Streams streams) {
        Table<E>.Printer printer = table.printer(streams);
        rows.forEach(printer::add);
        printer.finish();
    }
}
