package io.meshkit.domain;

import com.google.protobuf.Message;
import io.meshkit.domain.access.BindingHandlers;
import io.meshkit.domain.access.RoleHandlers;
import io.meshkit.domain.access.SystemHandlers;
import io.meshkit.domain.access.TokenHandlers;
import io.meshkit.domain.bootstrap.IssuingPolicyHandlers;
import io.meshkit.domain.bootstrap.JoinHandler;
import io.meshkit.domain.bootstrap.JoinTokenHandlers;
import io.meshkit.domain.bootstrap.RenewCertificateHandler;
import io.meshkit.domain.bootstrap.RevokeCertificatesHandler;
import io.meshkit.domain.clusters.ClusterHandlers;
import io.meshkit.domain.config.ConfigHandlers;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.leadership.LeadershipHandlers;
import io.meshkit.domain.leases.SettleLeasesHandler;
import io.meshkit.domain.members.MemberHandlers;
import io.meshkit.domain.peers.PeerAdminHandlers;
import io.meshkit.domain.peers.PeerHandlers;
import io.meshkit.domain.policies.ApprovalHandlers;
import io.meshkit.domain.policies.PolicyHandlers;
import io.meshkit.domain.quotas.QuotaHandlers;
import io.meshkit.domain.shards.ShardHandlers;
import io.meshkit.domain.transactions.TransactHandler;
import io.meshkit.domain.upkeep.UpkeepHandlers;
import java.util.Collection;
import java.util.Collections;
import java.util.TreeMap;

/**
 * The handler of each mutation, by its request message. A new verb: one handler, one line in its noun's list.
 *
 * <p>Immutable. Thread: any number.
 */
public final class CommandHandlers {
    private static final TreeMap<String, CommandHandler<?>> HANDLERS = new TreeMap<>();

    static {
        PeerHandlers.all().forEach(CommandHandlers::add);
        PeerAdminHandlers.all().forEach(CommandHandlers::add);
        ClusterHandlers.all().forEach(CommandHandlers::add);
        ShardHandlers.all().forEach(CommandHandlers::add);
        ConfigHandlers.all().forEach(CommandHandlers::add);
        LeadershipHandlers.all().forEach(CommandHandlers::add);
        add(new SettleLeasesHandler());
        RoleHandlers.all().forEach(CommandHandlers::add);
        BindingHandlers.all().forEach(CommandHandlers::add);
        TokenHandlers.all().forEach(CommandHandlers::add);
        JoinTokenHandlers.all().forEach(CommandHandlers::add);
        IssuingPolicyHandlers.all().forEach(CommandHandlers::add);
        add(new JoinHandler());
        add(new RenewCertificateHandler());
        add(new RevokeCertificatesHandler());
        PolicyHandlers.all().forEach(CommandHandlers::add);
        ApprovalHandlers.all(CommandHandlers::of).forEach(CommandHandlers::add);
        QuotaHandlers.all().forEach(CommandHandlers::add);
        SystemHandlers.all().forEach(CommandHandlers::add);
        UpkeepHandlers.all().forEach(CommandHandlers::add);
        add(MemberHandlers.note());
        add(new TransactHandler(CommandHandlers::ofRecord));
    }

    private CommandHandlers() {}

    /**
     * The handler of the operation.
     *
     * @throws IllegalStateException if this version has none; that must halt the replica
     */
    public static CommandHandler<?> of(Message operation) {
        String name = operation.getDescriptorForType().getFullName();
        CommandHandler<?> handler = HANDLERS.get(name);
        if (handler == null) {
            throw new IllegalStateException("no handler for " + name);
        }
        return handler;
    }

    /** All of them, in order of request message. */
    public static Collection<CommandHandler<?>> all() {
        return Collections.unmodifiableCollection(HANDLERS.values());
    }

    private static RecordHandler<?, ?> ofRecord(Message operation) {
        return (RecordHandler<?, ?>) of(operation);
    }

    private static void add(CommandHandler<?> handler) {
        String name = handler.requestPrototype().getDescriptorForType().getFullName();
        if (HANDLERS.put(name, handler) != null) {
            throw new IllegalStateException("two handlers for " + name);
        }
    }
}
