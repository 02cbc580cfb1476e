package io.omnirelay.transport.policy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.omnirelay.transport.json.Suggestions;
import io.omnirelay.transport.policy.Finding.Severity;
import io.omnirelay.transport.policy.PolicyDocument.Deviation;
import io.omnirelay.transport.policy.PolicyDocument.Narrowing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads a policy document from JSON. Every member that it does not know is a finding, in order of name.
 *
 * <p>Pure. Thread: one.
 */
public final class PolicyReader {
    private static final Set<String> NARROWING = Set.of("name", "transports", "encodings");
    private static final Set<String> DEVIATION =
            Set.of("endpoint", "category", "transports", "encodings", "approvedBy", "reason", "expires");
    private static final Set<String> DOCUMENT = Set.of("categories", "endpoints", "exceptions");

    private final List<Finding> findings = new ArrayList<>();

    private PolicyReader() {}

    /** What was read, and what is wrong with it. */
    public record Read(PolicyDocument document, List<Finding> findings) {
        public Read {
            findings = List.copyOf(findings);
        }
    }

    public static Read read(Struct json) {
        PolicyReader reader = new PolicyReader();
        return new Read(reader.document(json), reader.findings);
    }

    /** Words with commas between them, as settings give lists. */
    public static List<String> words(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private PolicyDocument document(Struct json) {
        known("", json, DOCUMENT);
        return new PolicyDocument(
                objects(json, "categories").stream().map(this::narrowing).toList(),
                objects(json, "endpoints").stream().map(this::narrowing).toList(),
                objects(json, "exceptions").stream().map(this::deviation).toList());
    }

    private record Element(String path, Struct json) {}

    private Narrowing narrowing(Element element) {
        known(element.path(), element.json(), NARROWING);
        return new Narrowing(text(element, "name"), list(element, "transports"), list(element, "encodings"));
    }

    private Deviation deviation(Element element) {
        known(element.path(), element.json(), DEVIATION);
        return new Deviation(
                text(element, "endpoint"),
                text(element, "category"),
                list(element, "transports"),
                list(element, "encodings"),
                text(element, "approvedBy"),
                text(element, "reason"),
                text(element, "expires"));
    }

    private void known(String path, Struct json, Set<String> names) {
        Map<String, Value> members = new TreeMap<>(json.getFieldsMap());
        members.keySet().forEach(name -> {
            if (!names.contains(name)) {
                error(
                        path.isEmpty() ? name : path + "." + name,
                        "no such member",
                        Suggestions.closest(name, names)
                                .map(nearest -> "did you mean " + nearest + "?")
                                .orElse("known: " + String.join(", ", new TreeSet<>(names))));
            }
        });
    }

    private List<Element> objects(Struct json, String name) {
        List<Element> elements = new ArrayList<>();
        Value value = json.getFieldsMap().get(name);
        if (value == null) {
            return elements;
        }
        if (value.getKindCase() != Value.KindCase.LIST_VALUE) {
            error(name, "is no list", "give a list of objects");
            return elements;
        }
        for (Value element : value.getListValue().getValuesList()) {
            String path = name + "[" + elements.size() + "]";
            if (element.getKindCase() != Value.KindCase.STRUCT_VALUE) {
                error(path, "is no object", "");
            }
            elements.add(new Element(path, element.getStructValue()));
        }
        return elements;
    }

    private String text(Element element, String name) {
        Value value = element.json().getFieldsMap().get(name);
        if (value == null) {
            return "";
        }
        if (value.getKindCase() != Value.KindCase.STRING_VALUE) {
            error(element.path() + "." + name, "is no text", "");
        }
        return value.getStringValue();
    }

    /** A list of words, or one text with commas in it. */
    private List<String> list(Element element, String name) {
        Value value = element.json().getFieldsMap().get(name);
        if (value == null || value.getKindCase() == Value.KindCase.STRING_VALUE) {
            return value == null ? List.of() : words(value.getStringValue());
        }
        List<String> words = new ArrayList<>();
        for (Value word : value.getListValue().getValuesList()) {
            words.add(word.getStringValue());
        }
        if (value.getKindCase() != Value.KindCase.LIST_VALUE || words.contains("")) {
            error(element.path() + "." + name, "is no list of words", "for example [\"http3\", \"grpc\"]");
        }
        return words.stream().filter(word -> !word.isEmpty()).toList();
    }

    private void error(String subject, String message, String hint) {
        findings.add(new Finding(Severity.ERROR, "malformed", subject, message, hint));
    }
}
