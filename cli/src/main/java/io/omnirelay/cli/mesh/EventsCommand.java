package io.omnirelay.cli.mesh;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.WatchOptions;
import io.meshkit.v1.WatchRequest;
import io.meshkit.v1.WatchStart;
import io.omnirelay.cli.output.Format;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh events}. */
@Command(
        name = "events",
        description = {
            "Shows every change of the registry as it happens, until Ctrl-C.",
            "With --json a line per message: opened, state, synced, change, bookmark, each with a resume token."
        })
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class EventsCommand implements Callable<Integer> {

    @ParentCommand
    MeshCommand mesh;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            split = ",",
            description = "peer, cluster, shard, config, leadership. Default: all.")
    @Nullable
    List<String> kinds;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "With one --kind: the record; of a shard NAMESPACE/SHARD.")
    @Nullable
    String name;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "Of shards.")
    @Nullable
    String namespace;

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "SELECTOR",
            description = "By labels: key=value, key!=value, key, !key, joined by commas.")
    @Nullable
    String selector;

    @Option(names = "--search", paramLabel = "TEXT", description = "Part of the name.")
    @Nullable
    String search;

    @Option(
            names = "--from-revision",
            paramLabel = "N",
            description = "Begin with this revision. Default: with the next.")
    @Nullable
    Long fromRevision;

    @Option(names = "--resume", paramLabel = "TOKEN", description = "Go on after the message with this resume token.")
    @Nullable
    String resume;

    @Option(names = "--initial-state", description = "Begin with every record as it is.")
    boolean initialState;

    @Option(names = "--until-synced", description = "End when everything is shown that was acknowledged before.")
    boolean untilSynced;

    @Override
    public Integer call() {
        WatchRequest request = WatchRequest.newBuilder()
                .setWatch(start().setUntilSynced(untilSynced))
                .addAllKinds(Texts.of(kinds))
                .setName(Texts.of(name))
                .setNamespace(Texts.of(namespace))
                .setLabelSelector(Texts.of(selector))
                .setSearch(Texts.of(search))
                .build();
        Format format = mesh.global().format();
        WatchView view = format == Format.TABLE ? new EventView(mesh.streams()) : new LineView(mesh.streams(), format);
        return WatchRun.run(mesh, request, initialState, view);
    }

    private WatchOptions.Builder start() {
        if (Stream.of(fromRevision != null, resume != null, initialState)
                        .filter(given -> given)
                        .count()
                > 1) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST,
                    "--from-revision, --resume and --initial-state exclude each other",
                    "Give one of them, or none to begin with the next change.");
        }
        WatchOptions.Builder options = WatchOptions.newBuilder();
        if (resume != null) {
            return options.setStart(WatchStart.WATCH_START_RESUME).setResumeToken(resume);
        }
        if (fromRevision != null) {
            return options.setStart(WatchStart.WATCH_START_REVISION).setFromRevision(fromRevision);
        }
        return options.setStart(initialState ? WatchStart.WATCH_START_INITIAL_STATE : WatchStart.WATCH_START_NOW);
    }
}
