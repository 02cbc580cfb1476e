package io.omnirelay.cli.mesh;

import io.meshkit.v1.Binding;
import io.omnirelay.cli.output.Streams;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A binding's fields as options. */
final class BindingFields {
    @Option(names = "--file", paramLabel = "FILE", description = "The fields from YAML or JSON; - for standard input.")
    @Nullable
    String file;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "Replaces the binding of this id. Default: made of what the binding says.")
    @Nullable
    String id;

    @Option(
            names = "--principal",
            paramLabel = "PRINCIPAL",
            description = "To whom: the name in the audit history; of a client certificate its SPIFFE id.")
    @Nullable
    String principal;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "Instead: to a group of tokens, or of SPIFFE ids, such as spiffe://mesh/workload/*.")
    @Nullable
    String group;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "mesh.observe, mesh.read, mesh.operate, mesh.admin, or one of your own.")
    @Nullable
    String role;

    @Option(
            names = "--namespace",
            paramLabel = "NAMESPACE",
            split = ",",
            description = "Only shards of it. Repeatable.")
    @Nullable
    List<String> namespaces;

    @Option(
            names = "--cluster",
            paramLabel = "ID",
            split = ",",
            description = "Only this cluster and the peers that belong to it. Repeatable.")
    @Nullable
    List<String> clusters;

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "SELECTOR",
            description = "Only records whose labels match, before and after the change.")
    @Nullable
    String selector;

    @Option(
            names = "--verb",
            paramLabel = "VERB",
            split = ",",
            description = "Only this verb of the role, for example CordonPeer. Repeatable.")
    @Nullable
    List<String> verbs;

    @Option(
            names = "--expires-at",
            paramLabel = "TIME",
            description = "For example 2027-01-31T12:00:00Z. Default: holds until it is revoked.")
    @Nullable
    String expiresAt;

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Of the binding itself. Repeatable.")
    @Nullable
    Map<String, String> labels;

    /** The binding with what was given. */
    Binding binding(Streams streams) {
        if (principal != null && group != null) {
            throw GlobalOptions.invalid("--group", group, "either --principal or --group");
        }
        Binding.Builder binding = Binding.newBuilder();
        Texts.merge(file, binding, streams);
        if (id != null) {
            binding.setId(id);
        }
        if (principal != null) {
            binding.setPrincipal(principal);
        }
        if (group != null) {
            binding.setGroup(group);
        }
        if (role != null) {
            binding.setRole(role);
        }
        binding.addAllNamespaces(Texts.of(namespaces));
        binding.addAllClusters(Texts.of(clusters));
        if (selector != null) {
            binding.setLabelSelector(selector);
        }
        binding.addAllVerbs(Texts.of(verbs));
        if (expiresAt != null) {
            binding.setExpiresAt(AccessTexts.time("--expires-at", expiresAt));
        }
        if (labels != null) {
            binding.getMetaBuilder().putAllLabels(labels);
        }
        if (binding.getSubjectCase() == Binding.SubjectCase.SUBJECT_NOT_SET) {
            throw GlobalOptions.invalid("--principal", "", "a --principal or a --group");
        }
        if (binding.getRole().isEmpty()) {
            throw GlobalOptions.invalid("--role", "", "the role to be given, for example mesh.read");
        }
        return binding.build();
    }
}
