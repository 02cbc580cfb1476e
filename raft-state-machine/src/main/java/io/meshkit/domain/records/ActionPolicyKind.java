package io.meshkit.domain.records;

import com.google.protobuf.Parser;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.storage.KeyWriter;
import io.meshkit.v1.ActionPolicy;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;

/** What is asked of mutations beyond rights, found by id. */
public final class ActionPolicyKind implements RecordKind<ActionPolicy> {
    public static final ActionPolicyKind ACTION_POLICY = new ActionPolicyKind();

    private ActionPolicyKind() {}

    public RecordRef<ActionPolicy> ref(String id) {
        return new RecordRef<>(
                this, id, new KeyWriter().tag(RowKeys.ACTION_POLICY).text(id).toBytes());
    }

    @Override
    public boolean governsActions() {
        return true;
    }

    @Override
    public String name() {
        return "action_policy";
    }

    @Override
    public int tag() {
        return RowKeys.ACTION_POLICY;
    }

    @Override
    public Parser<ActionPolicy> parser() {
        return ActionPolicy.parser();
    }

    @Override
    public RecordRef<ActionPolicy> refOf(ActionPolicy policy) {
        return ref(policy.getId());
    }

    @Override
    public RecordMeta meta(ActionPolicy policy) {
        return policy.getMeta();
    }

    @Override
    public ActionPolicy withMeta(ActionPolicy policy, RecordMeta meta) {
        return policy.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(ActionPolicy policy) {
        return RegistryRecord.newBuilder().setActionPolicy(policy).build();
    }

    @Override
    public long countMax(DomainLimits limits) {
        return DomainLimits.ACTION_POLICIES_MAX;
    }
}
