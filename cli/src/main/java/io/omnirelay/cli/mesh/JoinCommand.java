package io.omnirelay.cli.mesh;

import com.google.protobuf.util.Timestamps;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.Endpoint;
import io.meshkit.client.JoinTicket;
import io.meshkit.client.JoinedIdentity;
import io.meshkit.client.Joiner;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Json;
import io.omnirelay.cli.output.Streams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh bootstrap join}. */
@Command(
        name = "join",
        description = {
            "Turns a join token into a certificate. The private key is made here and stays here.",
            "The token is sent to no server but one of the quorum that issued it."
        },
        footer = {
            "",
            "The token is read from --token-file, from the environment variable OMNIRELAY_JOIN_TOKEN, or from --token.",
            "DIR gets workload.key, workload.pem, ca.pem, workload-ca.pem and client.yaml, all of mode 0600; then:",
            "  omnirelay mesh whoami --context DIR/client.yaml"
        })
@SuppressWarnings("NullAway.Init") // The parent and the required options are set by picocli.
final class JoinCommand implements Callable<Integer> {
    @ParentCommand
    BootstrapCommand bootstrap;

    @Mixin
    JoinFlags flags;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "A new or empty directory.")
    Path out;

    @Option(
            names = "--spiffe-id",
            paramLabel = "ID",
            description = "Whole, or its path, for example workload/gateway/gw-1. Default: the one that the token is"
                    + " for.")
    String spiffeId = "";

    @Option(names = "--lifetime", paramLabel = "TIME", description = "1m or more. Default: as long as it may be.")
    @Nullable
    String lifetime;

    @Option(names = "--fact", paramLabel = "NAME=VALUE", description = "What you say of this workload. Repeatable.")
    @Nullable
    Map<String, String> facts;

    @Override
    public Integer call() throws IOException {
        List<Endpoint> endpoints = flags.endpoints();
        Duration asked = lifetime == null ? null : GlobalOptions.duration("--lifetime", lifetime);
        checkUsable();
        Streams streams = bootstrap.mesh.streams();
        JoinTicket ticket = flags.ticket(streams);
        JoinedIdentity identity =
                new Joiner(endpoints).join(ticket, new Joiner.Wish(spiffeId, asked, facts == null ? Map.of() : facts));
        identity.writeTo(out);
        Format format = bootstrap.mesh.global().format();
        switch (format) {
            case JSON -> streams.out().println(Json.of(identity.answer()));
            case YAML -> streams.out().print(Json.yaml(identity.answer()));
            case TABLE -> tell(identity, streams);
        }
        return 0;
    }

    private void tell(JoinedIdentity identity, Streams streams) {
        var certificate = identity.answer().getCertificate();
        streams.out().println("joined as " + certificate.getSpiffeId());
        streams.out()
                .println("certificate " + certificate.getSerial() + " until "
                        + Timestamps.toString(certificate.getExpiresAt()) + "; renew from "
                        + Timestamps.toString(identity.answer().getRenewAt()) + " on");
        streams.out().println("files in " + out + "; try: omnirelay mesh whoami --context " + out + "/client.yaml");
    }

    private void checkUsable() throws IOException {
        if (!Files.exists(out)) {
            return;
        }
        boolean used = !Files.isDirectory(out);
        if (!used) {
            try (var files = Files.list(out)) {
                used = files.findAny().isPresent();
            }
        }
        if (used) {
            throw RegistryException.of(
                    ErrorCode.PRECONDITION_FAILED,
                    out + " holds something already",
                    "Name an empty or new directory with --out. The token was not used.");
        }
    }
}
