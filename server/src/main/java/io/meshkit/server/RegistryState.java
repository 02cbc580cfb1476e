package io.meshkit.server;

import io.meshkit.domain.Applied;
import io.meshkit.domain.LogPosition;
import io.meshkit.domain.RegistryStateMachine;
import io.meshkit.domain.StateMeta;
import io.meshkit.raft.StateFunction;
import io.meshkit.server.policy.PolicyRule;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import io.meshkit.v1.LogEntry;
import java.util.List;

/** The registry as the state that is replicated. */
final class RegistryState implements StateFunction {
    private final RegistryStateMachine machine = machine();

    /** The machine with the rules of this product: the same on every replica, and for dry runs. */
    static RegistryStateMachine machine() {
        return new RegistryStateMachine(new PolicyRule());
    }

    @Override
    public List<Table> tables() {
        return RegistryStateMachine.TABLES;
    }

    @Override
    public Applied apply(StoreView view, LogEntry entry, LogPosition position) {
        return machine.apply(view, entry, position);
    }

    @Override
    public long revision(StoreView view) {
        return StateMeta.revision(view);
    }

    @Override
    public long lowWatermark(StoreView view) {
        return StateMeta.lowWatermark(view);
    }
}
