package io.meshkit.client;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One transport, whatever happens. */
final class FixedTransport implements NodeTransport {
    private final Lanes lanes;
    private final TransportKind kind;
    private final @Nullable DowngradeEvent downgrade;

    /**
     * @param downgrade why a better transport is ruled out for good; null if this is the one that was asked for
     * @throws RuntimeException as {@link Lanes#channel}
     */
    FixedTransport(Lanes lanes, TransportKind kind, @Nullable DowngradeEvent downgrade) {
        this.lanes = lanes;
        this.kind = kind;
        this.downgrade = downgrade;
        var unused = lanes.channel(kind);
    }

    @Override
    public void choose(Consumer<Lane> then) {
        then.accept(new Lane(kind, lanes.calls(kind), downgrade));
    }

    @Override
    public void answered(Lane lane) {}

    @Override
    public void failed(Lane lane, boolean connected) {}

    @Override
    public TransportStats.Node stats(TransportCounts counts) {
        return new TransportStats.Node(
                lanes.endpoint().node(), kind, downgrade, counts.calls(), counts.downgrades(), counts.upgrades(), null);
    }

    @Override
    public void close() {}
}
