package io.omnirelay.cli.mesh;

import io.meshkit.v1.TransactRequest;
import io.meshkit.v1.TransactionServiceGrpc;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh transact}. */
@Command(
        name = "transact",
        description = "Makes several changes together, under one revision, or none of them.",
        footer = {
            "",
            "The file holds the operations, for example:",
            "  operations:",
            "    - cordonPeer: {id: gateway-1}",
            "    - assignShard: {namespace: events, shardId: s-1, ownerNodeId: gateway-2}"
        })
@SuppressWarnings("NullAway.Init") // Set by picocli.
final class TransactCommand implements Callable<Integer> {

    @ParentCommand
    MeshCommand mesh;

    @Option(
            names = "--file",
            required = true,
            paramLabel = "FILE",
            description = "The operations in YAML or JSON; - for standard input.")
    String file;

    @Mixin
    MutationFlags flags;

    @Override
    public Integer call() {
        TransactRequest.Builder request = TransactRequest.newBuilder();
        Texts.merge(file, request, mesh.streams());
        return mesh.mutate(
                TransactionServiceGrpc.getTransactMethod(),
                request.setOptions(flags.options()).build(),
                flags);
    }
}
