package io.omnirelay.cli.mesh;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.AuditServiceGrpc;
import io.meshkit.v1.CountAuditRequest;
import io.meshkit.v1.CountAuditResponse;
import io.meshkit.v1.GetAuditEntryRequest;
import io.meshkit.v1.GetAuditEntryResponse;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.PageRequest;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh audit}. */
@Command(name = "audit", description = "Who changed what, when and why.", synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class AuditCommand {

    @ParentCommand
    MeshCommand mesh;

    @Command(
            description = {
                "Lists entries, oldest first: changes, and attempts that were refused, gathered.",
                "--actor and --verb find both."
            })
    int list(
            @Mixin ListFlags flags,
            @Option(names = "--actor", paramLabel = "PRINCIPAL") @Nullable String actor,
            @Option(
                            names = "--kind",
                            paramLabel = "KIND",
                            description =
                                    "peer, cluster, shard, config, leadership, role, binding, token, join_token, certificate, revocation, issuing_policy, member, action_policy, approval or namespace_quota.")
                    @Nullable
                    String kind,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            description = "With --kind: the record; of a shard namespace/shard.")
                    @Nullable
                    String name,
            @Option(names = "--verb", paramLabel = "VERB", description = "For example CordonPeer.") @Nullable
                    String verb,
            @Option(names = "--request-id", paramLabel = "ID") @Nullable String requestId,
            @Option(names = "--ticket", paramLabel = "TICKET") @Nullable String ticket,
            @Option(names = "--from", paramLabel = "REVISION", description = "Inclusive.") long from,
            @Option(names = "--to", paramLabel = "REVISION", description = "Inclusive.") long to,
            @Mixin AuditPeriod period,
            @Option(names = "--descending", description = "Newest first.") boolean descending) {
        ListAuditRequest request = ListAuditRequest.newBuilder()
                .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                .setActor(Texts.of(actor))
                .setKind(Texts.of(kind))
                .setName(Texts.of(name))
                .setVerb(Texts.of(verb))
                .setRequestId(Texts.of(requestId))
                .setChangeTicket(Texts.of(ticket))
                .setFromRevision(from)
                .setToRevision(to)
                .setDescending(descending)
                .mergeFrom(period.filter())
                .build();
        return mesh.list(AuditServiceGrpc.getListAuditMethod(), request, AuditEntry.class, Tables.AUDIT, flags);
    }

    @Command(description = "Shows one entry, with the records before and after.")
    int get(@Parameters(paramLabel = "REVISION", description = "The revision of the change.") long revision) {
        return mesh.show(
                AuditServiceGrpc.getGetAuditEntryMethod(),
                GetAuditEntryRequest.newBuilder().setRevision(revision).build(),
                GetAuditEntryResponse::getEntry);
    }

    @Command(description = "Counts the entries that are kept.")
    int count() {
        return mesh.show(
                AuditServiceGrpc.getCountAuditMethod(),
                CountAuditRequest.getDefaultInstance(),
                response -> response.toBuilder().clearReadInfo().build());
    }

    @Command(
            description = {
                "Recomputes the hash chain of the entries that are kept, and compares it with what every node says.",
                "With --node: with what that node says."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:Every entry follows the one before, and all nodes agree.",
                "1:An entry or a node's hash does not fit.",
                "9:A node did not answer; everything else fits."
            })
    int verify(
            @Option(
                            names = "--after",
                            paramLabel = "REVISION=HASH",
                            description = "Begin behind this revision, of which a verification before has told the"
                                    + " hash. Default: with the oldest entry.")
                    @Nullable
                    String after) {
        AuditVerification.Link link = after == null ? null : AuditVerification.Link.parse("--after", after);
        try (Session session = mesh.session()) {
            AuditVerification.Verified verified =
                    new AuditVerification(session).run(link, mesh.global().node());
            AuditReport.show(verified, mesh.global().format(), mesh.streams());
            return verified.allAnswered() ? 0 : ErrorCode.NO_QUORUM.exitCode();
        }
    }

    @Command(
            description = {
                "Writes entries as JSON, one a line, oldest first.",
                "Up to what is there when it begins; the hash chain is over their binary form: see verify."
            })
    int export(
            @Option(names = "--from", paramLabel = "REVISION", description = "Inclusive. Default: the oldest kept.")
                    long from,
            @Option(names = "--to", paramLabel = "REVISION", description = "Inclusive. Default: the newest.") long to,
            @Mixin AuditPeriod period,
            @Option(
                            names = {"-o", "--file"},
                            paramLabel = "FILE",
                            description = "Where to write. Default: standard output.")
                    @Nullable
                    Path file) {
        if (mesh.global().format() == Format.YAML) {
            throw GlobalOptions.invalid("--output", "yaml", "json or nothing: an export is lines of JSON");
        }
        if (from < 0 || to < 0 || (to > 0 && from > to)) {
            throw GlobalOptions.invalid("--from", from + ", --to: '" + to, "revisions ≥ 1, from ≤ to");
        }
        try (Session session = mesh.session()) {
            AuditWalk walk = new AuditWalk(session);
            CountAuditResponse count = walk.count();
            long newest = AuditWalk.newest(count);
            if (to > newest) {
                throw GlobalOptions.invalid("--to", Long.toString(to), "a revision up to " + newest);
            }
            AuditWalk.Revisions within = walk.within(period.filter(), count);
            long first = from == 0 ? within.from() : Math.max(from, within.from());
            long last = to == 0 ? within.to() : Math.min(to, within.to());
            if (file == null) {
                lines(walk, first, last, period, mesh.streams().out());
                return 0;
            }
            try (PrintStream out = new PrintStream(
                    new BufferedOutputStream(Files.newOutputStream(file)), false, StandardCharsets.UTF_8)) {
                lines(walk, first, last, period, out);
                if (out.checkError()) {
                    throw new IOException("the disk may be full");
                }
            } catch (IOException e) {
                throw RegistryException.of(
                        ErrorCode.INVALID_REQUEST, "cannot write " + file + ": " + e.getMessage(), "", e);
            }
        }
        return 0;
    }

    /** Ends early when nobody reads any more. */
    private static void lines(AuditWalk walk, long from, long to, AuditPeriod period, PrintStream out) {
        walk.each(from, to, entry -> {
            if (period.isWanted(entry)) {
                out.println(Json.line(entry));
            }
            return !out.checkError();
        });
    }
}
