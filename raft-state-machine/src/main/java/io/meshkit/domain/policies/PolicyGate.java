package io.meshkit.domain.policies;

import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.EntryApplier;
import io.meshkit.domain.kernel.Policies;
import io.meshkit.storage.StoreView;

/**
 * The policies that commands are held to, kept until one of them changes. Belongs to one state: the revision of the last
 * change stands for the content. Thread: one.
 */
public final class PolicyGate implements EntryApplier.PolicySource {
    private Policies known = Policies.NONE;
    private long knownRevision;

    @Override
    public Policies of(StoreView view, long policyRevision, Caller caller) {
        if (policyRevision == 0 || caller.isSystem()) {
            return Policies.NONE;
        }
        if (policyRevision != knownRevision) {
            known = ActionPolicies.read(view);
            knownRevision = policyRevision;
        }
        return known;
    }

    /** The same, finding out everything anew: for who shares the machine with the apply thread. Thread: any. */
    public static Policies once(StoreView view, long policyRevision, Caller caller) {
        return new PolicyGate().of(view, policyRevision, caller);
    }
}
