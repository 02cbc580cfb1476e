package io.omnirelay.cli.mesh;

import com.google.protobuf.Message;
import io.meshkit.api.RegistryException;
import io.meshkit.client.BlockingWatch;
import io.meshkit.client.WatchSettings;
import io.meshkit.client.WatchSignal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Shows a watch until Ctrl-C, until nobody reads the output any more, or until it is complete. */
final class WatchRun {
    private static final Duration TICK = Duration.ofMillis(100);

    private WatchRun() {}

    /**
     * @param request of a verb of WatchService
     * @param resync  go on with the whole state when changes are no longer kept; false: fail with COMPACTED
     * @return the exit code
     * @throws RegistryException why the watch has ended; also if no node takes it within the call's time limit
     */
    static int run(MeshCommand mesh, Message request, boolean resync, WatchView view) {
        try (Session session = mesh.session();
                BlockingWatch watch = session.client()
                        .blockingWatch(
                                session.reading(request),
                                WatchSettings.DEFAULT
                                        .withResync(resync)
                                        .withNode(mesh.global().node()));
                Interrupt interrupt = new Interrupt(watch::close, mesh.streams())) {
            try {
                follow(mesh, watch, session.settings().deadline(), view);
            } finally {
                view.end();
                mesh.streams().flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private static void follow(MeshCommand mesh, BlockingWatch watch, Duration patience, WatchView view)
            throws InterruptedException {
        long giveUpNanos = System.nanoTime() + patience.toNanos();
        boolean connected = false;
        RegistryException trouble = null;
        while (!mesh.streams().out().checkError()) {
            WatchSignal signal = watch.next(TICK);
            switch (signal) {
                case WatchSignal.Received received -> view.received(received.message());
                case WatchSignal.Resync anew -> view.resync(anew.reason(), anew.detail());
                case WatchSignal.Connected to -> {
                    connected = true;
                    view.connected(to.node());
                }
                case WatchSignal.Disconnected from -> {
                    trouble = from.cause();
                    if (connected) {
                        view.disconnected(trouble);
                    }
                }
                case null -> {
                    if (watch.hasEnded()) {
                        return;
                    }
                    view.idle();
                }
            }
            throwIfNobodyAnswers(connected, trouble, giveUpNanos);
        }
    }

    /** A quorum that was never there is a mistake of the caller's more often than a fault that passes. */
    private static void throwIfNobodyAnswers(boolean connected, @Nullable RegistryException trouble, long giveUpNanos) {
        if (!connected && trouble != null && System.nanoTime() - giveUpNanos > 0) {
            throw trouble;
        }
    }
}
