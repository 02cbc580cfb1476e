package io.meshkit.server.verbs;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.server.access.Principal;
import io.meshkit.server.verbs.Minting.Minted;
import io.meshkit.server.verbs.Minting.Minter;
import io.meshkit.v1.PutActionPolicyRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Keeps policies out of the log that would hold for nothing, because they name no mutation that this version knows.
 *
 * <p>Here and not where they are applied: what another version knows must not make its decision another one.
 */
public final class PolicyVerbs {
    private PolicyVerbs() {}

    /** @param minters of other verbs */
    public static Map<String, Minter> with(Map<String, Minter> minters) {
        Map<String, Minter> all = new HashMap<>(minters);
        all.put(NodeVerbs.name(PutActionPolicyRequest.getDefaultInstance()), PolicyVerbs::checked);
        return all;
    }

    private static Minted checked(Message request, Principal principal) {
        PutActionPolicyRequest put = (PutActionPolicyRequest) request;
        SortedSet<String> mutations = VerbRule.mutations();
        for (int i = 0; i < put.getActionPolicy().getVerbsCount(); i++) {
            String named = put.getActionPolicy().getVerbs(i);
            boolean known = named.endsWith("*")
                    ? mutations.stream().anyMatch(verb -> verb.startsWith(named.substring(0, named.length() - 1)))
                    : mutations.contains(named);
            if (!known) {
                throw new RegistryException(
                        RegistryException.detail(ErrorCode.INVALID_REQUEST, message(named), hint(named, mutations))
                                .setField("actionPolicy.verbs[" + i + "]")
                                .build());
            }
        }
        return new Minted(request, UnaryOperator.identity());
    }

    private static String message(String named) {
        boolean elsewhere =
                Contract.verbs().stream().anyMatch(verb -> verb.name().equals(named));
        return elsewhere
                ? named + " is no mutation of records: policies are not held against it"
                : "no mutation is called " + (named.length() > 64 ? named.substring(0, 64) + "…" : named);
    }

    private static String hint(String named, SortedSet<String> mutations) {
        String begin = named.substring(0, Math.min(3, named.length()));
        String alike = mutations.stream().filter(verb -> verb.startsWith(begin)).collect(Collectors.joining(", "));
        return "a verb as in the contract" + (alike.isEmpty() ? ", for example DrainPeer" : ": " + alike);
    }
}
