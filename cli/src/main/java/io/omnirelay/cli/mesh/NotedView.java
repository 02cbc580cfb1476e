package io.omnirelay.cli.mesh;

import io.meshkit.api.RegistryException;
import io.meshkit.client.ResyncReason;
import io.omnirelay.cli.output.Streams;

/** Says on standard error what becomes of the connection, so that the output holds records only. */
abstract class NotedView implements WatchView {
    private final Streams streams;
    private boolean lost;

    NotedView(Streams streams) {
        this.streams = streams;
    }

    Streams streams() {
        return streams;
    }

    @Override
    public void resync(ResyncReason reason, String detail) {
        note("begins anew with the whole state: " + detail);
    }

    @Override
    public void connected(String node) {
        if (lost) {
            note("goes on at " + node);
        }
        lost = false;
    }

    @Override
    public void disconnected(RegistryException cause) {
        if (!lost) {
            note("connection lost, trying again: " + cause.detail().getMessage());
        }
        lost = true;
    }

    private void note(String text) {
        streams.err().println("watch: " + text);
        streams.err().flush();
    }
}
