package io.meshkit.server.verbs;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.access.Grants;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.options.Scope;
import io.meshkit.options.VerbKind;
import io.meshkit.server.access.AccessState;
import io.meshkit.server.access.Principal;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.CanIRequest;
import io.meshkit.v1.CanIResponse;
import io.meshkit.v1.Credential;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.ReadInfo;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The verbs that answer about the caller's own rights. Thread: any number; blocks the caller. */
public final class AccessVerbs {
    /** The method of a caller that is only asked about. */
    private static final String ASKED = "asked";

    private final Reads reads;
    private final AccessState access;

    public AccessVerbs(Reads reads, AccessState access) {
        this.reads = reads;
        this.access = access;
    }

    /** By the request message's full name. */
    public Map<String, NodeVerbs.Handler> handlers() {
        return Map.of(
                NodeVerbs.name(CanIRequest.getDefaultInstance()),
                (request, principal, deadline) -> canI((CanIRequest) request, principal, deadline));
    }

    private Message canI(CanIRequest request, Principal principal, Deadline deadline) {
        VerbRule rule = Contract.verbs().stream()
                .filter(verb -> verb.name().equals(request.getVerb()))
                .map(Verb::access)
                .findFirst()
                .orElseThrow(
                        () -> invalid("verb", "no verb of that name", "as in the contract, for example CordonPeer"));
        Caller asked = principal.caller();
        if (!request.getPrincipal().isEmpty() && !request.getPrincipal().equals(principal.name())) {
            if (!principal.holds(Scope.SCOPE_ADMIN)) {
                throw RegistryException.of(
                        ErrorCode.FORBIDDEN,
                        principal.name() + " may not ask what others may do",
                        "it needs scope mesh.admin everywhere");
            }
            asked = new Caller(
                    request.getPrincipal(),
                    Credential.newBuilder()
                            .setMethod(ASKED)
                            .addAllGroups(new TreeSet<>(request.getGroupsList()))
                            .build());
        }
        Caller whom = asked;
        return reads.at(request.getRead(), deadline, (view, info) -> answer(view, info, whom, rule, request));
    }

    private CanIResponse answer(StoreView view, ReadInfo info, Caller whom, VerbRule rule, CanIRequest request) {
        Grants grants = access.grants(view, whom);
        long nowMs = System.currentTimeMillis();
        boolean anywhere =
                request.getNamespace().isEmpty() && request.getClusterId().isEmpty() && request.getLabelsCount() == 0;
        ErrorDetail refusal = anywhere || rule.kind() == VerbKind.VERB_KIND_NODE
                ? grants.refusalAnywhere(rule, nowMs)
                : grants.refusal(rule, request.getNamespace(), request.getClusterId(), request.getLabelsMap(), nowMs);
        List<String> bindings = grants.bindings(rule, nowMs);
        CanIResponse.Builder response = CanIResponse.newBuilder()
                .setAllowed(refusal == null)
                .addAllBindings(bindings)
                .setPrincipal(whom.principal())
                .setScope(VerbRule.name(rule.scope()))
                .setReadInfo(info);
        if (refusal != null) {
            response.setReason(refusal.getMessage());
        }
        return response.build();
    }

    private static RegistryException invalid(String field, String message, String hint) {
        return new RegistryException(RegistryException.detail(ErrorCode.INVALID_REQUEST, message, hint)
                .setField(field)
                .build());
    }
}
