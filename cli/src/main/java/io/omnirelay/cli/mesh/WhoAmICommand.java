package io.omnirelay.cli.mesh;

import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.WhoAmIRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh whoami}. */
@Command(name = "whoami", description = "Shows as whom the quorum knows you, and what you may do.")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class WhoAmICommand implements Callable<Integer> {

    @ParentCommand
    MeshCommand mesh;

    @Override
    public Integer call() {
        return mesh.show(QuorumServiceGrpc.getWhoAmIMethod(), WhoAmIRequest.getDefaultInstance(), response -> response);
    }
}
