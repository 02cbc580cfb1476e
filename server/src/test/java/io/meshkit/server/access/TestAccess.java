package io.meshkit.server.access;

import com.codahale.metrics.MetricRegistry;
import io.meshkit.domain.access.Grants;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.options.Scope;
import io.meshkit.raft.Replica;
import io.meshkit.v1.Credential;

/** Callers and their rights for tests of what lies behind the access check. */
public final class TestAccess {
    private TestAccess() {}

    /** Somebody who holds the scope everywhere. */
    public static Principal principal(String name, Scope scope) {
        Caller caller =
                new Caller(name, Credential.newBuilder().setMethod("test").build());
        return new Principal(Grants.whole(caller, scope));
    }

    /** Rights by the replica's records; without any, the tester may do everything. */
    public static Rights rights(Replica replica) {
        return new Rights(state(replica), denials());
    }

    public static AccessState state(Replica replica) {
        try {
            AccessState state = new AccessState(Principals.parse(
                    "access.yaml",
                    "principals: [{name: tester, scopes: [mesh.admin], token-sha256: " + "00".repeat(32) + "}]"));
            state.attach(replica);
            return state;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public static Denials denials() {
        return new Denials(new MetricRegistry(), new DenialBook("node-1", 8, () -> 0));
    }
}
