package io.meshkit.server.policy;

import io.meshkit.domain.Applied;
import io.meshkit.domain.records.ConfigKind;
import io.meshkit.raft.ApplyListener;
import io.meshkit.raft.Replica;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.ConfigDocument;
import io.omnirelay.transport.policy.Categories;
import io.omnirelay.transport.policy.Endpoint;
import io.omnirelay.transport.policy.Finding;
import io.omnirelay.transport.policy.Finding.Severity;
import io.omnirelay.transport.policy.PolicyDocument;
import io.omnirelay.transport.policy.PolicyEvaluator;
import io.omnirelay.transport.policy.PolicyGate;
import io.omnirelay.transport.policy.PolicyReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts into force what the host and the registry's document ask together, whenever the document changes.
 *
 * <p>It reads the state anew on every change rather than the change itself, so that no order of events can leave an
 * older document in force. A document that does not fit this node leaves the policy as it was. Thread: any number.
 */
public final class LivePolicy implements ApplyListener {
    private static final Logger LOG = LoggerFactory.getLogger(LivePolicy.class);

    private final ServerConfig.Policy host;
    private final List<Endpoint> endpoints;
    private final PolicyGate gate;
    private final PolicyMetrics metrics;
    private final Executor executor;
    private final LongSupplier clockMs;
    private volatile @Nullable Replica replica;
    private volatile String state = "none";

    /**
     * @param host    what the host's configuration asks for
     * @param http3   whether HTTP/3 is served
     * @param clockMs Unix ms
     */
    public LivePolicy(
            ServerConfig.Policy host,
            boolean http3,
            PolicyGate gate,
            PolicyMetrics metrics,
            Executor executor,
            LongSupplier clockMs) {
        this.host = host;
        this.endpoints = PolicyEndpoints.of(http3);
        this.gate = gate;
        this.metrics = metrics;
        this.executor = executor;
        this.clockMs = clockMs;
    }

    /** Reads the document for the first time. */
    public void attach(Replica running) {
        replica = running;
        reload();
    }

    /** Of the live document: none, in-force, switched-off or ignored. */
    String state() {
        return state;
    }

    @Override
    public void applied(long index, Applied applied) {
        if (applied.hasChange(change -> change.getKind().equals(ConfigKind.CONFIG.name())
                && change.getName().equals(PolicyRule.DOCUMENT))) {
            reloadSoon();
        }
    }

    @Override
    public void replaced(long index) {
        reloadSoon();
    }

    private void reloadSoon() {
        try {
            executor.execute(this::reload);
        } catch (RejectedExecutionException e) {
            LOG.debug("the node stops; its transport policy stays as it is");
        }
    }

    private synchronized void reload() {
        Replica running = replica;
        if (running == null) {
            return;
        }
        ConfigDocument document;
        try (StoreSnapshot snapshot = running.snapshot()) {
            document = ConfigKind.CONFIG.get(snapshot, ConfigKind.CONFIG.ref(PolicyRule.DOCUMENT));
        } catch (RuntimeException e) {
            LOG.warn("the transport policy's document cannot be read; what is in force stays", e);
            return;
        }
        if (document == null) {
            inForce(PolicyDocument.EMPTY, List.of(), "none");
        } else if (!host.live()) {
            inForce(PolicyDocument.EMPTY, List.of(), "switched-off");
        } else {
            PolicyReader.Read read = PolicyReader.read(document.getDocument());
            inForce(read.document(), read.findings(), "in-force");
        }
    }

    private void inForce(PolicyDocument live, List<Finding> malformed, String next) {
        PolicyEvaluator.Result result = PolicyEvaluator.evaluate(
                host.document().and(live),
                Categories.defaults(),
                endpoints,
                Severity.WARNING,
                Instant.ofEpochMilli(clockMs.getAsLong()));
        List<Finding> violations = new ArrayList<>(malformed);
        result.evaluation().violations().stream()
                // An exception that has ended since only allows no more.
                .filter(finding -> !finding.rule().equals("exception-expired"))
                .forEach(violations::add);
        if (!violations.isEmpty()) {
            LOG.error("config document {} does not fit this node and is ignored: {}", PolicyRule.DOCUMENT, violations);
            metrics.ignored();
            state = "ignored";
            return;
        }
        gate.policy(result.policy());
        metrics.evaluated(result.evaluation());
        if (!state.equals(next)) {
            LOG.info("config document {}: {}", PolicyRule.DOCUMENT, next);
        }
        state = next;
    }
}
