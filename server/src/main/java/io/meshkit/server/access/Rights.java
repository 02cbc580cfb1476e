package io.meshkit.server.access;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.access.Grants;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.records.RecordKinds;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.ErrorDetail;
import io.omnirelay.transport.WireForm;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds a read or watch to its caller's bindings in the very state that it is answered from.
 *
 * <p>A caller whose bindings are narrowed gets what its own filter keeps within them, or one record that they cover;
 * everything else is refused as a whole: nothing is filtered behind the caller's back. Of a record outside it is not
 * told whether it exists. Thread: any number.
 */
public final class Rights {
    private final AccessState access;
    private final Denials denials;

    public Rights(AccessState access, Denials denials) {
        this.access = access;
        this.denials = denials;
    }

    /** Of the node's newest access records: what an open watch is held to. */
    public long revision() {
        return access.revision();
    }

    /**
     * Whether the answer needs no look: it cannot show anything that the caller may not see.
     *
     * @throws RegistryException FORBIDDEN or UNAUTHENTICATED
     */
    public void requireFilter(StoreView view, Principal principal, VerbRule rule, Message request) {
        Grants grants = access.grants(view, principal.caller());
        ErrorDetail refusal = refusalOfFilter(grants, rule, request);
        if (refusal != null) {
            throw deny(grants, refusal, rule);
        }
    }

    /**
     * The answer, if the caller may see it.
     *
     * @param record the field of the response that holds its one record; null: it has none
     * @throws RegistryException FORBIDDEN or UNAUTHENTICATED
     */
    public Message answer(
            StoreView view,
            Principal principal,
            VerbRule rule,
            Message request,
            @Nullable FieldDescriptor record,
            Supplier<Message> answer) {
        Grants grants = access.grants(view, principal.caller());
        ErrorDetail refusal = refusalOfFilter(grants, rule, request);
        if (refusal == null) {
            return answer.get();
        }
        if (record == null || grants.refusal(rule, System.currentTimeMillis()) != null) {
            throw deny(grants, refusal, rule);
        }
        Message response;
        try {
            response = answer.get();
        } catch (RegistryException e) {
            if (e.code() == ErrorCode.NOT_FOUND) {
                throw deny(grants, refusal, rule);
            }
            throw e;
        }
        RecordKind<?> kind = kindOf(record);
        if (kind == null
                || !covers(
                        grants, rule, kind, (Message) WireForm.whole(response).getField(record))) {
            throw deny(grants, refusal, rule);
        }
        return response;
    }

    private static @Nullable ErrorDetail refusalOfFilter(Grants grants, VerbRule rule, Message request) {
        long nowMs = System.currentTimeMillis();
        ErrorDetail refusal = grants.refusalAnywhere(rule, nowMs);
        return refusal == null || grants.coversFilter(rule, request, nowMs) ? null : refusal;
    }

    private static @Nullable RecordKind<?> kindOf(FieldDescriptor record) {
        for (RecordKind<?> kind : RecordKinds.ALL) {
            if (kind.name().equals(record.getName())) {
                return kind;
            }
        }
        return null;
    }

    @SuppressWarnings("unchecked") // the kind was found by the record's field
    private static <T extends Message> boolean covers(
            Grants grants, VerbRule rule, RecordKind<T> kind, Message record) {
        T typed = (T) record;
        return grants.refusal(rule, kind.refOf(typed), typed, System.currentTimeMillis()) == null;
    }

    private RegistryException deny(Grants grants, ErrorDetail refusal, VerbRule rule) {
        return denials.deny(
                refusal, grants.caller().principal(), grants.caller().proof(), rule.verb());
    }
}
