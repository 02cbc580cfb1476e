package io.omnirelay.cli.mesh;

import com.google.protobuf.Struct;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.ConfigServiceGrpc;
import io.meshkit.v1.DeleteConfigRequest;
import io.meshkit.v1.GetConfigRequest;
import io.meshkit.v1.GetConfigResponse;
import io.meshkit.v1.ListConfigRequest;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.PatchConfigRequest;
import io.omnirelay.cli.file.StructReader;
import io.omnirelay.cli.file.YamlText;
import io.omnirelay.cli.output.Format;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh config}. */
@Command(name = "config", description = "Named JSON documents.", synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class ConfigCommand {
    private static final String NAME = "The document's name.";

    @ParentCommand
    MeshCommand mesh;

    @Command(description = "Lists documents in order of name.")
    int list(
            @Mixin ListFlags flags,
            @Mixin SortFlag sort,
            @Mixin WatchFlag watch,
            @Option(names = "--search", paramLabel = "TEXT", description = "Part of the name.") @Nullable
                    String search) {
        ListConfigRequest request = ListConfigRequest.newBuilder()
                .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                .setOrderBy(sort.by)
                .setSearch(Texts.of(search))
                .build();
        if (watch.on) {
            return mesh.watch(request, Watched.CONFIG, flags);
        }
        return mesh.list(ConfigServiceGrpc.getListConfigMethod(), request, ConfigDocument.class, Tables.CONFIG, flags);
    }

    @Command(aliases = "show", description = "Shows one document.")
    int get(@Parameters(paramLabel = "NAME", defaultValue = "mesh", description = NAME) String name) {
        return mesh.show(
                ConfigServiceGrpc.getGetConfigMethod(),
                GetConfigRequest.newBuilder().setName(name).build(),
                GetConfigResponse::getConfig);
    }

    @Command(description = "Merges a JSON merge patch (RFC 7396) into a document; makes it if it does not exist.")
    int patch(
            @Parameters(paramLabel = "NAME", defaultValue = "mesh", description = NAME) String name,
            @Option(names = "--patch", paramLabel = "JSON", description = "The patch: null removes a member.") @Nullable
                    String patch,
            @Option(
                            names = "--file",
                            paramLabel = "FILE",
                            description = "The patch in YAML or JSON; - for standard input.")
                    @Nullable
                    String file,
            @Mixin MutationFlags flags) {
        Struct change;
        if (patch != null && file == null) {
            change = StructReader.parse("--patch", patch);
        } else if (patch == null && file != null) {
            change = StructReader.parse(file, YamlText.read(file, mesh.streams().in()));
        } else {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST,
                    "a patch needs either --patch or --file",
                    "For example --patch '{\"a\": 1}'.");
        }
        return mesh.mutate(
                ConfigServiceGrpc.getPatchConfigMethod(),
                PatchConfigRequest.newBuilder().setName(name).setPatch(change).build(),
                flags);
    }

    @Command(
            description = {
                "Holds a server's configuration, or the defaults, against the transport policy; needs no quorum.",
                "Prints the findings for every endpoint with hints, a summary and the downgrade ratio."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:A server would start with it.", "1:It would not: there are violations."})
    int validate(
            @Option(names = "--config", paramLabel = "FILE", description = "The server's YAML file.") @Nullable
                    String config,
            @Option(
                            names = "--set",
                            paramLabel = "KEY=VALUE",
                            description = "A setting, stronger than the file's; may be repeated.")
                    @Nullable
                    List<String> sets,
            @Option(names = "--format", paramLabel = "FORMAT", description = "text (default) or json.") @Nullable
                    String format) {
        if (format != null && !format.equals("text") && !format.equals("json")) {
            throw GlobalOptions.invalid("--format", format, "text or json");
        }
        boolean json = format == null ? mesh.global().format() == Format.JSON : format.equals("json");
        return ConfigValidation.run(config, sets == null ? List.of() : sets, json, mesh.streams());
    }

    @Command(description = "Deletes a document.")
    int delete(@Parameters(paramLabel = "NAME", description = NAME) String name, @Mixin MutationFlags flags) {
        return mesh.mutate(
                ConfigServiceGrpc.getDeleteConfigMethod(),
                DeleteConfigRequest.newBuilder().setName(name).build(),
                flags,
                "delete",
                name);
    }
}
