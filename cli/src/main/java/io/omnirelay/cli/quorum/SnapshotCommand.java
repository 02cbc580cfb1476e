package io.omnirelay.cli.quorum;

import io.meshkit.v1.CreateSnapshotRequest;
import io.meshkit.v1.CreateSnapshotResponse;
import io.meshkit.v1.QuorumServiceGrpc;
import io.omnirelay.cli.mesh.Session;
import io.omnirelay.cli.output.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay quorum snapshot}. */
@Command(name = "snapshot", description = "Has a node (--node, else any) take a snapshot and shorten its log.")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class SnapshotCommand implements Callable<Integer> {

    @ParentCommand
    QuorumCommand quorum;

    @Override
    public Integer call() {
        try (Session session = quorum.session()) {
            CreateSnapshotResponse response = session.call(
                    QuorumServiceGrpc.getCreateSnapshotMethod(), CreateSnapshotRequest.getDefaultInstance());
            switch (quorum.global().format()) {
                case JSON -> quorum.streams().out().println(Json.of(response));
                case YAML -> quorum.streams().out().print(Json.yaml(response));
                case TABLE ->
                    quorum.streams()
                            .out()
                            .println(response.getNode() + ": snapshot at log index " + response.getLogIndex());
            }
        }
        return 0;
    }
}
