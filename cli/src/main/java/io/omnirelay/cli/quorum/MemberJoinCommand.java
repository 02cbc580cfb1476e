package io.omnirelay.cli.quorum;

import com.google.protobuf.util.Timestamps;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.JoinTicket;
import io.meshkit.client.JoinedIdentity;
import io.meshkit.client.Joiner;
import io.omnirelay.cli.mesh.JoinFlags;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Json;
import io.omnirelay.cli.output.Streams;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay quorum join}. */
@Command(
        name = "join",
        description = {
            "Makes the files of a new member on its host, by a token of: mesh bootstrap issue-token --member NODE.",
            "Its private key is made here and stays here. The token is sent to no server but one of the quorum that"
                    + " issued it."
        },
        footer = {
            "",
            "The token is read from --token-file, from the environment variable OMNIRELAY_JOIN_TOKEN, or from --token.",
            "It makes nobody a member: start the node, and have an administrator add it. The command prints both.",
            "What was cut off goes on where it stopped when the same is typed again; the token is used once."
        })
@SuppressWarnings("NullAway.Init") // The parent, the parameter and the mixin are set by picocli.
final class MemberJoinCommand implements Callable<Integer> {
    private static final int BASE_PORT_MAX = 65_535 - NodeSpec.PORTS_PER_NODE + 1;
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");

    @ParentCommand
    QuorumCommand quorum;

    @Parameters(paramLabel = "NODE", description = "The new member's id, as the token was issued for.")
    String node;

    @Mixin
    JoinFlags flags;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Where it listens and is reached: one of those that the token names. Default: the first.")
    @Nullable
    String host;

    @Option(
            names = "--base-port",
            paramLabel = "PORT",
            description = "Its HTTPS port; +1 gRPC, +2 Raft, +3 node to node. Default: ${DEFAULT-VALUE}.")
    int basePort = 9440;

    @Override
    public Integer call() throws IOException {
        check();
        MemberFiles files = new MemberFiles(quorum.layoutToStart(), node);
        Streams streams = quorum.streams();
        if (files.finish()) {
            if (quorum.global().format() == Format.TABLE) {
                streams.out()
                        .println(node + " has its files in "
                                + quorum.layoutToStart().directory() + " already");
                tell(streams, files.spec());
            }
            return 0;
        }
        QuorumFiles.checkUsable(quorum.layoutToStart());
        Joiner joiner = new Joiner(flags.endpoints());
        JoinTicket ticket = flags.ticket(streams);
        JoinedIdentity identity = join(joiner, ticket, files);
        NodeSpec spec = new NodeSpec(node, host(identity), basePort);
        files.write(identity, spec);
        switch (quorum.global().format()) {
            case JSON -> streams.out().println(Json.of(identity.answer()));
            case YAML -> streams.out().print(Json.yaml(identity.answer()));
            case TABLE -> {
                streams.out()
                        .println(node + " has a certificate of the quorum until "
                                + Timestamps.toString(
                                        identity.answer().getCertificate().getExpiresAt())
                                + "; files in " + quorum.layoutToStart().directory());
                tell(streams, spec);
            }
        }
        return 0;
    }

    private JoinedIdentity join(Joiner joiner, JoinTicket ticket, MemberFiles files) throws IOException {
        try {
            return joiner.join(ticket, new Joiner.Wish("node/" + node, null, Map.of()), files.attempt(ticket));
        } catch (RegistryException e) {
            if (!Joiner.mayBeOtherElsewhere(e)) {
                files.giveUp();
            }
            throw e;
        }
    }

    private String host(JoinedIdentity identity) {
        List<String> hosts = identity.answer().getCertificate().getMember().getHostsList();
        String chosen = host == null ? hosts.get(0) : host;
        if (!hosts.contains(chosen) && !LOOPBACK.contains(chosen)) {
            throw invalid(
                    "--host: '" + chosen + "' is not in the certificate of " + node,
                    "Type the same with one of " + hosts + "; the certificate is not lost.");
        }
        return chosen;
    }

    private void tell(Streams streams, NodeSpec spec) {
        Layout layout = quorum.layoutToStart();
        streams.out().println("start it here:               omnirelay server run --config " + layout.config(node));
        streams.out()
                .println("then, as an administrator:   omnirelay quorum members add " + node + " --host " + spec.host()
                        + " --base-port " + spec.httpsPort());
    }

    private void check() {
        if (!node.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw invalid("NODE: '" + node + "' is no node id", "Give 1–63 of A–Z a–z 0–9 . _ -.");
        }
        if (basePort < 1 || basePort > BASE_PORT_MAX) {
            throw invalid("--base-port: " + basePort + " does not fit", "Give 1 to " + BASE_PORT_MAX + ".");
        }
    }

    private static RegistryException invalid(String what, String hint) {
        return RegistryException.of(ErrorCode.INVALID_REQUEST, what, hint);
    }
}
