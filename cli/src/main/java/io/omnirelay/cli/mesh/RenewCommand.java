package io.omnirelay.cli.mesh;

import com.google.protobuf.util.Timestamps;
import io.meshkit.client.JoinedIdentity;
import io.meshkit.client.Renewer;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Json;
import io.omnirelay.cli.output.Streams;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh bootstrap renew}. */
@Command(
        name = "renew",
        description = {
            "Turns the certificate in a directory that join has filled into a new one, with a new key.",
            "It needs no token: the certificate itself says who asks, so it must still be good. It stays so until it expires."
        },
        footer = {
            "",
            "workload.key and workload.pem change in one step, and keep their names; the ones before are kept until the",
            "next time. From a timer: omnirelay mesh bootstrap renew DIR --if-due, at random times a few hours apart.",
            "Programs in Java do it by themselves: CertificateKeeper."
        })
@SuppressWarnings("NullAway.Init") // The parent and the parameters are set by picocli.
final class RenewCommand implements Callable<Integer> {
    /** As the registry's own hint: then there is time for many more tries. */
    private static final double DUE = 0.6;

    @ParentCommand
    BootstrapCommand bootstrap;

    @Parameters(paramLabel = "DIR", description = "As join has made it with --out.")
    Path directory;

    @Option(
            names = "--lifetime",
            paramLabel = "TIME",
            description = "1m or more, at most what the join token allowed. Default: as of the one that is renewed.")
    @Nullable
    String lifetime;

    @Option(names = "--if-due", description = "Only if 60% of its life is over; otherwise do nothing, successfully.")
    boolean ifDue;

    @Override
    public Integer call() throws IOException {
        Duration asked = lifetime == null ? null : GlobalOptions.duration("--lifetime", lifetime);
        Renewer renewer = new Renewer(directory);
        Streams streams = bootstrap.mesh.streams();
        Format format = bootstrap.mesh.global().format();
        Instant due = renewer.after(DUE);
        if (ifDue && Instant.now().isBefore(due)) {
            if (format == Format.TABLE) {
                streams.out().println("not due before " + due);
            }
            return 0;
        }
        JoinedIdentity identity = renewer.renew(asked);
        switch (format) {
            case JSON -> streams.out().println(Json.of(identity.answer()));
            case YAML -> streams.out().print(Json.yaml(identity.answer()));
            case TABLE -> tell(identity, streams);
        }
        return 0;
    }

    private static void tell(JoinedIdentity identity, Streams streams) {
        var certificate = identity.answer().getCertificate();
        streams.out().println("renewed " + certificate.getSpiffeId());
        streams.out()
                .println("certificate " + certificate.getSerial() + " until "
                        + Timestamps.toString(certificate.getExpiresAt()) + "; renew from "
                        + Timestamps.toString(identity.answer().getRenewAt()) + " on");
    }
}
