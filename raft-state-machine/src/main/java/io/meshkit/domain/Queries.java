package io.meshkit.domain;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import io.meshkit.domain.query.AccessQueries;
import io.meshkit.domain.query.AuditQueries;
import io.meshkit.domain.query.BootstrapQueries;
import io.meshkit.domain.query.ClusterQueries;
import io.meshkit.domain.query.ConfigQueries;
import io.meshkit.domain.query.LeadershipQueries;
import io.meshkit.domain.query.PeerQueries;
import io.meshkit.domain.query.PolicyQueries;
import io.meshkit.domain.query.QueryHandler;
import io.meshkit.domain.query.QuotaQueries;
import io.meshkit.domain.query.ShardDiffs;
import io.meshkit.domain.query.ShardQueries;
import io.meshkit.domain.query.SimulationQueries;
import io.meshkit.domain.query.StateQueries;
import io.meshkit.domain.query.VersionQueries;
import io.meshkit.storage.StoreView;
import java.util.TreeMap;

/**
 * The verbs that read, by their request message. A new verb: one handler, one line in its noun's list.
 *
 * <p>Pure functions of the view: give a snapshot to have everything in an answer agree. Thread: any number.
 */
public final class Queries {
    private static final TreeMap<String, QueryHandler<?>> HANDLERS = new TreeMap<>();

    static {
        PeerQueries.all().forEach(Queries::add);
        ClusterQueries.all().forEach(Queries::add);
        ShardQueries.all().forEach(Queries::add);
        ShardDiffs.all().forEach(Queries::add);
        SimulationQueries.all().forEach(Queries::add);
        ConfigQueries.all().forEach(Queries::add);
        LeadershipQueries.all().forEach(Queries::add);
        AuditQueries.all().forEach(Queries::add);
        VersionQueries.all().forEach(Queries::add);
        AccessQueries.all().forEach(Queries::add);
        BootstrapQueries.all().forEach(Queries::add);
        PolicyQueries.all().forEach(Queries::add);
        QuotaQueries.all().forEach(Queries::add);
        StateQueries.all().forEach(Queries::add);
    }

    private Queries() {}

    /** Whether the message is the request of a verb of kind READ. */
    public static boolean isQuery(Descriptor request) {
        return HANDLERS.containsKey(request.getFullName());
    }

    /**
     * Answers the request of a verb of kind READ. Its {@code read} options are the caller's to obey.
     *
     * @throws IllegalArgumentException if the message is no such request
     */
    public static QueryResult answer(StoreView view, Message request) {
        String name = request.getDescriptorForType().getFullName();
        QueryHandler<?> handler = HANDLERS.get(name);
        if (handler == null) {
            throw new IllegalArgumentException("not a query: " + name);
        }
        return handler.run(view, request);
    }

    private static void add(QueryHandler<?> handler) {
        String name = handler.request().getDescriptorForType().getFullName();
        if (HANDLERS.put(name, handler) != null) {
            throw new IllegalStateException("two handlers for " + name);
        }
    }
}
