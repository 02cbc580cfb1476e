package io.omnirelay.cli.mesh;

import io.meshkit.api.ErrorCode;
import io.meshkit.v1.AccessServiceGrpc;
import io.meshkit.v1.CanIRequest;
import io.meshkit.v1.CanIResponse;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.WhoAmIRequest;
import io.omnirelay.cli.output.Json;
import io.omnirelay.cli.output.Streams;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh access}. */
@Command(
        name = "access",
        description = "Who may do what: roles, bindings and tokens.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {RolesCommand.class, BindingsCommand.class, TokensCommand.class})
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class AccessCommand {

    @ParentCommand
    MeshCommand mesh;

    @Command(description = "Shows as whom the quorum knows you, by which credential, and your bindings.")
    int whoami() {
        return mesh.show(QuorumServiceGrpc.getWhoAmIMethod(), WhoAmIRequest.getDefaultInstance(), response -> response);
    }

    @Command(
            name = "can-i",
            description = {
                "Asks whether a verb would be allowed, by which bindings or why not; changes nothing.",
                "Without --namespace, --cluster and --label: on anything."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:It would.", "3:It would not."})
    int canI(
            @Parameters(paramLabel = "VERB", description = "As in the contract, for example CordonPeer.") String verb,
            @Option(
                            names = "--principal",
                            paramLabel = "PRINCIPAL",
                            description = "Somebody else; needs mesh.admin. Default: you.")
                    @Nullable
                    String principal,
            @Option(
                            names = "--group",
                            paramLabel = "GROUP",
                            split = ",",
                            description = "With --principal: a group of theirs. Repeatable.")
                    @Nullable
                    List<String> groups,
            @Option(names = "--namespace", paramLabel = "NAMESPACE", description = "On a shard of this namespace.")
                    @Nullable
                    String namespace,
            @Option(names = "--cluster", paramLabel = "ID", description = "On this cluster, or a peer of it.") @Nullable
                    String cluster,
            @Option(names = "--label", paramLabel = "KEY=VALUE", description = "On a record with it. Repeatable.")
                    @Nullable
                    Map<String, String> labels) {
        if (groups != null && principal == null) {
            throw GlobalOptions.invalid("--group", String.join(",", groups), "--principal too: your own are known");
        }
        CanIRequest request = CanIRequest.newBuilder()
                .setVerb(verb)
                .setPrincipal(Texts.of(principal))
                .addAllGroups(Texts.of(groups))
                .setNamespace(Texts.of(namespace))
                .setClusterId(Texts.of(cluster))
                .putAllLabels(labels == null ? Map.of() : labels)
                .build();
        try (Session session = mesh.session()) {
            CanIResponse answer = session.call(AccessServiceGrpc.getCanIMethod(), request);
            Streams streams = mesh.streams();
            switch (mesh.global().format()) {
                case JSON -> streams.out().println(Json.of(answer));
                case YAML -> streams.out().print(Json.yaml(answer));
                case TABLE -> streams.out().println(told(verb, answer));
            }
            return answer.getAllowed() ? 0 : ErrorCode.FORBIDDEN.exitCode();
        }
    }

    private static String told(String verb, CanIResponse answer) {
        if (!answer.getAllowed()) {
            return "no: " + answer.getReason();
        }
        String by = answer.getBindingsCount() == 0 ? "" : ", by " + String.join(", ", answer.getBindingsList());
        return "yes: " + answer.getPrincipal() + " may use " + verb + " (" + answer.getScope() + ")" + by;
    }
}
