package io.meshkit.domain.policies;

import static io.meshkit.domain.records.ActionPolicyKind.ACTION_POLICY;

import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Policies;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.kernel.Work;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.ActionPolicy;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PolicyRequirement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The policies of one state. Immutable. Thread: any number. */
final class ActionPolicies implements Policies {
    private static final String ANY = "*";

    private final TreeMap<String, ActionPolicy> byId = new TreeMap<>();

    private ActionPolicies() {}

    static Policies read(StoreView view) {
        ActionPolicies policies = new ActionPolicies();
        byte[] prefix = new KeyWriter().tag(ACTION_POLICY.tag()).toBytes();
        try (Cursor cursor = view.scan(Tables.RECORDS, prefix, Keys.prefixEnd(prefix))) {
            while (cursor.next()) {
                ActionPolicy policy = Bytes.parse(ActionPolicy.parser(), cursor.value());
                policies.byId.put(policy.getId(), policy);
            }
        }
        return policies.byId.isEmpty() ? NONE : policies;
    }

    /** Whether the policy names the verb, or all that begin like it. */
    static boolean names(ActionPolicy policy, String verb) {
        for (String named : policy.getVerbsList()) {
            if (named.endsWith(ANY) ? verb.startsWith(named.substring(0, named.length() - 1)) : named.equals(verb)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void find(String verb, String command, String namespace, String cluster, SortedSet<String> ids) {
        for (ActionPolicy policy : byId.values()) {
            if ((policy.getNamespacesCount() == 0 || policy.getNamespacesList().contains(namespace))
                    && (policy.getClustersCount() == 0
                            || policy.getClustersList().contains(cluster))
                    && (names(policy, verb) || names(policy, command))) {
                ids.add(policy.getId());
            }
        }
    }

    @Override
    public List<PolicyRequirement> requirements(SortedSet<String> ids, Work work) {
        List<PolicyRequirement> requirements = new ArrayList<>();
        MutationOptions options = work.options();
        for (String id : ids) {
            ActionPolicy policy = policy(id);
            PolicyRequirement.Builder asked = PolicyRequirement.newBuilder().setPolicy(id);
            if (policy.getRequireReason()) {
                requirements.add(asked.setKind(PolicyRequirement.Kind.REASON)
                        .setMet(!options.getReason().isBlank())
                        .setDetail("a reason")
                        .build());
            }
            if (policy.getRequireTicket()) {
                String pattern = policy.getTicketPattern();
                requirements.add(asked.setKind(PolicyRequirement.Kind.TICKET)
                        .setMet(!options.getChangeTicket().isBlank()
                                && new TicketPattern(pattern).matches(options.getChangeTicket()))
                        .setDetail(pattern.isEmpty() ? "a change ticket" : "a change ticket like " + pattern)
                        .build());
            }
            if (policy.getRequiredApprovals() > 0) {
                String lacking = Approvals.lacking(policy.getRequiredApprovals(), work);
                requirements.add(asked.setKind(PolicyRequirement.Kind.APPROVAL)
                        .setMet(lacking.isEmpty())
                        .setDetail(Approvals.wanted(policy.getRequiredApprovals())
                                + (lacking.isEmpty() ? "" : ", and " + lacking))
                        .build());
            }
        }
        return requirements;
    }

    @Override
    public void use(SortedSet<String> ids, Work work) {
        if (ids.stream().anyMatch(id -> policy(id).getRequiredApprovals() > 0)) {
            Approvals.use(work);
        }
    }

    @Override
    public @Nullable ErrorDetail ask(SortedSet<String> ids, Work work) {
        return Approvals.ask(
                ids.stream()
                        .map(this::policy)
                        .filter(policy -> policy.getRequiredApprovals() > 0)
                        .toList(),
                work);
    }

    private ActionPolicy policy(String id) {
        ActionPolicy policy = byId.get(id);
        if (policy == null) {
            throw new IllegalStateException("policy " + id + " is of another state");
        }
        return policy;
    }
}
