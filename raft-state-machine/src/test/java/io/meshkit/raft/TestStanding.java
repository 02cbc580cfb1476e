package io.meshkit.raft;

import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** One member's view of whose certificates hold; the test decides. */
final class TestStanding implements PeerStanding {
    private final Set<String> out = ConcurrentHashMap.newKeySet();
    private final AtomicLong version = new AtomicLong();

    /** How often it was asked beyond the version. */
    final AtomicLong asked = new AtomicLong();

    void out(NodeId node) {
        out.add("CN=" + node);
        version.incrementAndGet();
    }

    void in(NodeId node) {
        out.remove("CN=" + node);
        version.incrementAndGet();
    }

    @Override
    public long version() {
        return version.get();
    }

    @Override
    public Optional<String> objection(X509Certificate shown) {
        asked.incrementAndGet();
        String name = shown.getSubjectX500Principal().getName();
        return out.contains(name) ? Optional.of(name + " is out") : Optional.empty();
    }
}
