package io.omnirelay.cli.mesh;

import io.meshkit.v1.GetCapacityRequest;
import io.meshkit.v1.QuorumServiceGrpc;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh capacity}. */
@Command(name = "capacity", description = "What a node holds and does, and how much it may.")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class CapacityCommand implements Callable<Integer> {

    @ParentCommand
    MeshCommand mesh;

    @Override
    public Integer call() {
        return mesh.show(
                QuorumServiceGrpc.getGetCapacityMethod(),
                GetCapacityRequest.getDefaultInstance(),
                response -> response);
    }
}
