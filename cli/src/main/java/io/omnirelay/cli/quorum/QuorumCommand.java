package io.omnirelay.cli.quorum;

import io.omnirelay.cli.StateDirectory;
import io.omnirelay.cli.mesh.GlobalOptions;
import io.omnirelay.cli.mesh.Session;
import io.omnirelay.cli.output.Streams;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The registry's own nodes. */
@Command(
        name = "quorum",
        description = "Starts, stops and shows the nodes of the registry itself.",
        synopsisSubcommandLabel = "COMMAND")
public final class QuorumCommand {
    /** The commands below it. */
    public static final List<Class<?>> COMMANDS = List.of(
            UpCommand.class,
            InitCommand.class,
            MemberJoinCommand.class,
            DownCommand.class,
            StatusCommand.class,
            HashCommand.class,
            TransferLeadershipCommand.class,
            SnapshotCommand.class,
            MembersCommand.class,
            TrainCommand.class);

    @Mixin
    GlobalOptions global = new GlobalOptions();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Directory of a quorum on this machine. Default: $$OMNIRELAY_STATE_DIR/quorum,"
                    + " ~/.omnirelay/quorum.")
    @Nullable
    Path data;

    private final Streams streams;

    public QuorumCommand(Streams streams) {
        this.streams = streams;
    }

    Streams streams() {
        return streams;
    }

    GlobalOptions global() {
        return global;
    }

    StateDirectory state() {
        return StateDirectory.of(streams.environment());
    }

    /** Where {@code up} makes and starts a quorum. */
    Layout layoutToStart() {
        return Layout.of(data == null ? state().defaultQuorum() : data);
    }

    /** The quorum on this machine that is meant: named, else the context's own, else the default. */
    Layout layoutInUse() {
        if (data != null) {
            return Layout.of(data);
        }
        Path remembered = state().rememberedContext();
        if (remembered != null && Files.exists(remembered.resolveSibling("access.yaml"))) {
            return Layout.of(Layout.directoryOf(remembered));
        }
        return Layout.of(state().defaultQuorum());
    }

    /** A session with the quorum that is meant, which need not be on this machine. */
    Session session() {
        if (data != null) {
            global.useContext(data.toString());
        }
        return Session.open(global, streams);
    }
}
