package io.omnirelay.cli.mesh;

import io.meshkit.client.ResyncReason;
import io.meshkit.v1.WatchResponse;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Json;
import io.omnirelay.cli.output.Streams;

/** For programs: one message a line in JSON, or a document in YAML. A resync is a message of its own. */
final class LineView extends NotedView {
    private final Format format;

    LineView(Streams streams, Format format) {
        super(streams);
        this.format = format;
    }

    @Override
    public void received(WatchResponse message) {
        if (format == Format.JSON) {
            streams().out().println(Json.line(message));
        } else {
            streams().out().print("---\n" + Json.yaml(message));
        }
    }

    @Override
    public void resync(ResyncReason reason, String detail) {
        super.resync(reason, detail);
        streams()
                .out()
                .println(
                        format == Format.JSON
                                ? "{\"resync\":{\"reason\":\"" + reason + "\"}}"
                                : "---\nresync:\n  reason: " + reason);
    }
}
