package io.omnirelay.cli.file;

import com.google.protobuf.Message;
import io.meshkit.v1.Cluster;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * A file of {@code kind: Mesh}: clusters, peers, shards and config documents.
 *
 * @param records by kind, in the order of the file; without what only the registry writes
 */
public record MeshFile(Map<RecordKind, List<Message>> records) {
    public static final String API_VERSION = "meshkit.io/v1";
    public static final String KIND = "Mesh";

    public MeshFile {
        records = new EnumMap<>(records);
    }

    /** How many records there are. */
    public int size() {
        return records.values().stream().mapToInt(List::size).sum();
    }

    /**
     * Reads and checks the whole file.
     *
     * @param file named in errors
     * @throws io.meshkit.api.RegistryException INVALID_REQUEST naming every fault with its line
     */
    public static MeshFile parse(String file, String text) {
        Node tree = YamlText.parse(file, text);
        Faults faults = new Faults(file);
        Map<RecordKind, List<Message>> records = new EnumMap<>(RecordKind.class);
        for (RecordKind kind : RecordKind.values()) {
            records.put(kind, new ArrayList<>());
        }
        if (tree instanceof MappingNode mapping) {
            new MeshReader(faults, records).read(mapping);
        } else {
            faults.add(tree, "", "must be a mapping with apiVersion, kind and lists of records");
        }
        faults.throwIfAny();
        return new MeshFile(records);
    }

    /** Reads the parts of one file. */
    private record MeshReader(Faults faults, Map<RecordKind, List<Message>> records) {

        void read(MappingNode mapping) {
            Map<String, NodeTuple> parts = new LinkedHashMap<>();
            for (NodeTuple entry : mapping.getValue()) {
                String key = MessageReader.key(entry);
                if (parts.put(key, entry) != null) {
                    faults.add(entry.getKeyNode(), key, "given twice");
                }
            }
            constant(mapping, parts.remove("apiVersion"), "apiVersion", API_VERSION);
            constant(mapping, parts.remove("kind"), "kind", KIND);
            List<String> known = new ArrayList<>(List.of("apiVersion", "kind"));
            for (RecordKind kind : RecordKind.values()) {
                known.add(kind.key());
                NodeTuple list = parts.remove(kind.key());
                if (list != null) {
                    list(kind, list.getValueNode());
                }
            }
            parts.forEach((key, entry) -> faults.unknownField(entry.getKeyNode(), key, key, known));
        }

        private void constant(
                MappingNode mapping, @org.jspecify.annotations.Nullable NodeTuple entry, String key, String wanted) {
            if (entry == null) {
                faults.add(mapping, key, "is missing; it must be " + wanted);
            } else if (!(entry.getValueNode() instanceof ScalarNode scalar)
                    || !scalar.getValue().equals(wanted)) {
                faults.add(entry.getValueNode(), key, "must be " + wanted);
            }
        }

        private void list(RecordKind kind, Node node) {
            List<Node> items = MessageReader.items(node, kind.key(), faults);
            List<Message> read = new ArrayList<>();
            Map<String, Integer> lines = new HashMap<>();
            for (int i = 0; i < items.size(); i++) {
                Node item = items.get(i);
                String path = kind.key() + "[" + i + "]";
                Message.Builder builder = kind.newBuilder();
                new MessageReader(faults).read(item, path, builder);
                Message record = kind.importable(builder.build());
                String name = RecordKind.nameOf(record);
                int line = item.getStartMark().getLine() + 1;
                Integer earlier = lines.putIfAbsent(name, line);
                if (name.isEmpty() || name.startsWith("/") || name.endsWith("/")) {
                    faults.add(item, path, kind == RecordKind.CONFIG ? "name is missing" : "id is missing");
                } else if (earlier != null) {
                    faults.add(item, path, "'" + name + "' is already on line " + earlier);
                }
                read.add(record);
            }
            if (kind == RecordKind.CLUSTER) {
                order(read, node);
            }
            records.put(kind, read);
        }

        /** Clusters after those that they depend on. Dependencies outside the file must exist already. */
        private void order(List<Message> clusters, Node node) {
            Map<String, Cluster> byId = new LinkedHashMap<>();
            clusters.forEach(each -> byId.put(((Cluster) each).getId(), (Cluster) each));
            List<Message> ordered = new ArrayList<>();
            while (!byId.isEmpty()) {
                List<Cluster> next = byId.values().stream()
                        .filter(cluster ->
                                cluster.getDependenciesList().stream().noneMatch(byId::containsKey))
                        .toList();
                if (next.isEmpty()) {
                    faults.add(node, RecordKind.CLUSTER.key(), "dependencies go round in a circle: " + byId.keySet());
                    return;
                }
                next.forEach(cluster -> byId.remove(cluster.getId()));
                ordered.addAll(next);
            }
            clusters.clear();
            clusters.addAll(ordered);
        }
    }
}
