package io.omnirelay.cli.mesh;

import io.meshkit.v1.ActionPolicy;
import io.omnirelay.cli.output.Streams;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A policy's fields as options. */
final class PolicyFields {
    @Option(names = "--file", paramLabel = "FILE", description = "The fields from YAML or JSON; - for standard input.")
    @Nullable
    String file;

    @Option(
            names = "--verb",
            paramLabel = "VERB",
            split = ",",
            description = "Which changes: DrainPeer, or Delete* for all that begin so, or * for all. Repeatable.")
    @Nullable
    List<String> verbs;

    @Option(
            names = "--namespace",
            paramLabel = "NAMESPACE",
            split = ",",
            description = "Only where shards of it change. Repeatable.")
    @Nullable
    List<String> namespaces;

    @Option(
            names = "--cluster",
            paramLabel = "ID",
            split = ",",
            description = "Only where this cluster or a peer of it changes. Repeatable.")
    @Nullable
    List<String> clusters;

    @Option(names = "--require-reason", description = "Asks for a reason.")
    boolean requireReason;

    @Option(names = "--require-ticket", description = "Asks for a change ticket.")
    boolean requireTicket;

    @Option(
            names = "--ticket-pattern",
            paramLabel = "PATTERN",
            description = "Asks for a ticket like it; # for digits, * at the end for anything: CHG-#.")
    @Nullable
    String ticketPattern;

    @Option(names = "--require-approvals", paramLabel = "N", description = "Asks that so many others approve it: 1-5.")
    int requiredApprovals;

    @Option(
            names = "--approval-ttl",
            paramLabel = "TIME",
            description = "How long an approval can be given and used: 12h. Default: 24h.")
    @Nullable
    String approvalTtl;

    @Option(names = "--description", paramLabel = "TEXT")
    @Nullable
    String description;

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Of the policy itself. Repeatable.")
    @Nullable
    Map<String, String> labels;

    /** The policy with what was given. */
    ActionPolicy policy(String id, Streams streams) {
        ActionPolicy.Builder policy = ActionPolicy.newBuilder();
        Texts.merge(file, policy, streams);
        policy.setId(id)
                .addAllVerbs(Texts.of(verbs))
                .addAllNamespaces(Texts.of(namespaces))
                .addAllClusters(Texts.of(clusters));
        if (requireReason) {
            policy.setRequireReason(true);
        }
        if (requireTicket || ticketPattern != null) {
            policy.setRequireTicket(true);
        }
        if (ticketPattern != null) {
            policy.setTicketPattern(ticketPattern);
        }
        if (requiredApprovals != 0) {
            policy.setRequiredApprovals(requiredApprovals);
        }
        if (approvalTtl != null) {
            policy.setApprovalTtl(Texts.duration("--approval-ttl", approvalTtl));
        }
        if (description != null) {
            policy.setDescription(description);
        }
        if (labels != null) {
            policy.getMetaBuilder().putAllLabels(labels);
        }
        if (policy.getVerbsCount() == 0) {
            throw GlobalOptions.invalid("--verb", "", "at least one, for example DrainPeer, Delete* or *");
        }
        return policy.build();
    }
}
