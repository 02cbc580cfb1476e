package io.omnirelay.cli.mesh;

import io.meshkit.v1.BootstrapServiceGrpc;
import io.meshkit.v1.RevokeCertificatesRequest;
import io.omnirelay.cli.output.Format;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh bootstrap revoke-certificate}. */
@Command(
        name = "revoke-certificate",
        description = {
            "Ends certificates at once on every node: one, all of a SPIFFE id, or all of a batch of join tokens.",
            "Calls with them are refused from then on, and open watches end. It cannot be taken back."
        },
        footer = {
            "",
            "A workload that shall have another certificate joins with a join token for exactly its SPIFFE id.",
            "With --batch the batch's join tokens are revoked, too, and it takes no more.",
            "Certificates that the registry has not issued are not known to it: revoke the bindings of their SPIFFE id."
        })
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class RevokeCertificateCommand implements Callable<Integer> {
    @ParentCommand
    BootstrapCommand bootstrap;

    @Parameters(paramLabel = "SERIAL", arity = "0..1", description = "Hexadecimal, as certificates shows it.")
    @Nullable
    String serial;

    @Option(names = "--spiffe-id", paramLabel = "ID", description = "All that it has now; whole, or its path.")
    @Nullable
    String spiffeId;

    @Option(names = "--batch", paramLabel = "ID", description = "All that were made with tokens of this batch.")
    @Nullable
    String batch;

    @Mixin
    MutationFlags flags;

    @Override
    public Integer call() {
        RevokeCertificatesRequest request = request();
        MeshCommand mesh = bootstrap.mesh;
        flags.confirm("revoke", name(), mesh.streams());
        return mesh.mutate(BootstrapServiceGrpc.getRevokeCertificatesMethod(), request, flags, response -> {
            if (batch != null && mesh.global().format() == Format.TABLE) {
                mesh.streams().out().println("join tokens of the batch: " + response.getTokensRevoked());
            }
        });
    }

    private RevokeCertificatesRequest request() {
        RevokeCertificatesRequest.Builder request = RevokeCertificatesRequest.newBuilder();
        int named = 0;
        if (serial != null) {
            request.setSerial(serial);
            named++;
        }
        if (spiffeId != null) {
            request.setSpiffeId(spiffeId);
            named++;
        }
        if (batch != null) {
            request.setBatchId(batch);
            named++;
        }
        if (named != 1) {
            throw GlobalOptions.invalid("SERIAL", Texts.of(serial), "one of a serial number, --spiffe-id and --batch");
        }
        return request.build();
    }

    private String name() {
        return serial != null ? serial : spiffeId != null ? spiffeId : Texts.of(batch);
    }
}
