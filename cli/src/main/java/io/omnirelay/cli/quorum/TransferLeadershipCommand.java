package io.omnirelay.cli.quorum;

import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.TransferLeadershipRequest;
import io.meshkit.v1.TransferLeadershipResponse;
import io.omnirelay.cli.mesh.Session;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay quorum transfer-leadership}. */
@Command(name = "transfer-leadership", description = "Has another node lead.")
@SuppressWarnings("NullAway.Init") // Set by picocli.
final class TransferLeadershipCommand implements Callable<Integer> {

    @ParentCommand
    QuorumCommand quorum;

    @Parameters(
            paramLabel = "NODE",
            defaultValue = "",
            description = "The node that shall lead. Default: any other that is up to date.")
    String target;

    @Override
    public Integer call() {
        try (Session session = quorum.session()) {
            TransferLeadershipResponse response = session.call(
                    QuorumServiceGrpc.getTransferLeadershipMethod(),
                    TransferLeadershipRequest.newBuilder().setNode(target).build());
            Format format = quorum.global().format();
            switch (format) {
                case JSON -> quorum.streams().out().println(Json.of(response));
                case YAML -> quorum.streams().out().print(Json.yaml(response));
                case TABLE ->
                    quorum.streams().out().println(response.getLeader() + " leads, term " + response.getTerm());
            }
        }
        return 0;
    }
}
