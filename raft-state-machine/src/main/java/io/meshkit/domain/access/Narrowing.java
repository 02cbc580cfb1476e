package io.meshkit.domain.access;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.query.LabelSelector;
import io.meshkit.options.VerbKind;
import io.meshkit.v1.Binding;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a binding holds; whatever of it is empty does not narrow. Immutable.
 *
 * @param selectorText as the binding has it
 */
record Narrowing(List<String> namespaces, List<String> clusters, LabelSelector selector, String selectorText) {
    /** That of the binding; null: it holds everywhere. */
    static @Nullable Narrowing of(Binding binding) {
        String text = binding.getLabelSelector().strip();
        if (binding.getNamespacesCount() == 0 && binding.getClustersCount() == 0 && text.isEmpty()) {
            return null;
        }
        return new Narrowing(
                List.copyOf(binding.getNamespacesList()),
                List.copyOf(binding.getClustersList()),
                LabelSelector.parse("labelSelector", text, new Check()),
                text);
    }

    boolean covers(String namespace, String cluster, Map<String, String> labels) {
        return (namespaces.isEmpty() || namespaces.contains(namespace))
                && (clusters.isEmpty() || clusters.contains(cluster))
                && selector.matches(labels);
    }

    /** Whether nothing is known of the target but its namespace, and that suffices. */
    boolean coversNamespace(String namespace) {
        return !namespaces.isEmpty() && namespaces.contains(namespace) && clusters.isEmpty() && selectorText.isEmpty();
    }

    /**
     * Whether the request's own filter leaves nothing outside. A watch tells of records that leave its filter with
     * what they have become, so that only what never changes about a record, its namespace, can bound one.
     */
    boolean coversFilter(Message request, VerbRule rule) {
        boolean now = rule.kind() == VerbKind.VERB_KIND_READ && rule.verb().startsWith("List");
        return (namespaces.isEmpty() || namespaces.contains(text(request, "namespace")))
                && (clusters.isEmpty() || (now && clusters.contains(text(request, "cluster_id"))))
                && (selectorText.isEmpty() || (now && selects(text(request, "label_selector"))));
    }

    /** The binding's own selector, or that and more; asked for as it stands in the binding. */
    private boolean selects(String asked) {
        return asked.equals(selectorText) || asked.startsWith(selectorText + ",");
    }

    private static String text(Message request, String name) {
        FieldDescriptor field = request.getDescriptorForType().findFieldByName(name);
        return field != null && !field.isRepeated() && request.getField(field) instanceof String text ? text : "";
    }
}
