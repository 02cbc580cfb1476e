package io.meshkit.server.config;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Flattens a YAML document to dotted keys: {@code members[0].host}.
 *
 * <p>It walks the nodes rather than loaded objects, so that every value keeps its line for messages and its
 * text as written.
 */
public final class YamlSource {
    private final String name;
    private final List<String> problems;
    private final Map<String, Raw> values = new LinkedHashMap<>();

    private YamlSource(String name, List<String> problems) {
        this.name = name;
        this.problems = problems;
    }

    /**
     * @param name     how messages call the document
     * @param problems receives what is wrong with it
     */
    public static Map<String, Raw> flatten(String name, String document, List<String> problems) {
        YamlSource source = new YamlSource(name, problems);
        Node root = compose(name, document, problems);
        if (root != null) {
            if (root instanceof MappingNode) {
                source.walk("", root);
            } else {
                problems.add(name + ": a mapping is expected at the top");
            }
        }
        return source.values;
    }

    private static @Nullable Node compose(String name, String document, List<String> problems) {
        try {
            return new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(document));
        } catch (YAMLException e) {
            problems.add(name + ": not YAML: " + e.getMessage());
            return null;
        }
    }

    private void walk(String key, Node node) {
        switch (node) {
            case MappingNode mapping -> mapping.getValue().forEach(tuple -> member(key, tuple));
            case SequenceNode sequence -> {
                int index = 0;
                for (Node element : sequence.getValue()) {
                    walk(key + "[" + index++ + "]", element);
                }
            }
            case ScalarNode scalar -> put(key, scalar);
            default -> problems.add(where(node) + ": aliases are not supported");
        }
    }

    private void member(String key, NodeTuple tuple) {
        if (tuple.getKeyNode() instanceof ScalarNode name) {
            walk(key.isEmpty() ? name.getValue() : key + "." + name.getValue(), tuple.getValueNode());
        } else {
            problems.add(where(tuple.getKeyNode()) + ": a key must be a word");
        }
    }

    private void put(String key, ScalarNode scalar) {
        if (scalar.getTag().equals(Tag.NULL)) {
            return; // an empty section, or a value left out
        }
        if (values.put(key, new Raw(scalar.getValue(), where(scalar))) != null) {
            problems.add(where(scalar) + ": " + key + " is given twice");
        }
    }

    private String where(Node node) {
        return name + ":" + (node.getStartMark().getLine() + 1);
    }
}
