package io.meshkit.domain.access;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Authority;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.EntryApplier;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.ErrorDetail;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the callers of commands may do, kept until the access records change: in the common case one look into a
 * map per command.
 *
 * <p>Belongs to one state: the revision of the last change stands for the content. Before the first access record
 * nothing is checked, so that logs from before replay. Thread: one.
 */
public final class AccessGate implements EntryApplier.Gate {
    /** Callers that are kept; beyond, all are found out anew. */
    static final int CALLERS_MAX = 4_096;

    private static final Authority SYSTEM = new SystemAuthority();

    private final LinkedHashMap<Caller, Grants> known = new LinkedHashMap<>();
    private long knownRevision;

    @Override
    public Authority of(StoreView view, long accessRevision, Caller caller) {
        if (accessRevision == 0) {
            return Authority.UNLIMITED;
        }
        if (caller.isSystem()) {
            return SYSTEM;
        }
        if (accessRevision != knownRevision || known.size() >= CALLERS_MAX) {
            known.clear();
            knownRevision = accessRevision;
        }
        Grants grants = known.get(caller);
        if (grants == null) {
            grants = AccessResolver.resolve(view, caller);
            known.put(caller, grants);
        }
        return grants;
    }

    /** The same, finding out everything anew: for who shares the machine with the apply thread. Thread: any. */
    public static Authority once(StoreView view, long accessRevision, Caller caller) {
        return new AccessGate().of(view, accessRevision, caller);
    }

    /** The leader itself: what no client may ask for, and nothing else. */
    private static final class SystemAuthority implements Authority {
        @Override
        public @Nullable ErrorDetail refusal(Message operation, long timeMs) {
            return VerbRule.of(operation) == null
                    ? null
                    : Errors.of(
                            ErrorCode.FORBIDDEN,
                            "the registry itself does not ask for "
                                    + operation.getDescriptorForType().getName(),
                            "authenticate as somebody");
        }

        @Override
        public @Nullable ErrorDetail refusalAnywhere(Message operation, long timeMs) {
            return refusal(operation, timeMs);
        }

        @Override
        public <T extends Message> @Nullable ErrorDetail refusal(
                Message operation, RecordRef<T> ref, @Nullable T record, long timeMs) {
            return refusal(operation, timeMs);
        }
    }
}
