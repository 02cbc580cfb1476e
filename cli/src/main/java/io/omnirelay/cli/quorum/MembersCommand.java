package io.omnirelay.cli.quorum;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.AddQuorumMemberRequest;
import io.meshkit.v1.ChangeQuorumMembersResponse;
import io.meshkit.v1.ListQuorumMembersRequest;
import io.meshkit.v1.ListQuorumMembersResponse;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.QuorumChange;
import io.meshkit.v1.QuorumMember;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.RemoveQuorumMemberRequest;
import io.meshkit.v1.ReplaceQuorumMemberRequest;
import io.omnirelay.cli.mesh.Session;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Json;
import io.omnirelay.cli.output.Streams;
import io.omnirelay.cli.output.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay quorum members}. */
@Command(
        name = "members",
        description = "The quorum's members: shows, adds, removes and replaces them while it runs.",
        synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class MembersCommand {
    private static final long POLL_MS = 300;

    private static final Table<QuorumMember> TABLE = Table.<QuorumMember>builder()
            .text("NODE", QuorumMember::getNode)
            .state("ROLE", member -> member.getLeader() ? "leader" : member.getMembership())
            .state("STATE", member -> member.getReachable() ? "ready" : "silent")
            .number("MATCH", QuorumMember::getMatchIndex)
            .text("HTTPS", QuorumMember::getHttpsAddress)
            .text("GRPC", QuorumMember::getGrpcAddress)
            .text("RAFT", QuorumMember::getRaftAddress)
            .text("NODE-ADDRESS", QuorumMember::getNodeAddress)
            .build();

    @ParentCommand
    QuorumCommand quorum;

    /** Where a new member is. */
    @SuppressWarnings("NullAway.Init") // Required options are set by picocli.
    static final class Where {
        @Option(names = "--host", paramLabel = "HOST", required = true, description = "Where the new node runs.")
        String host;

        @Option(
                names = "--base-port",
                paramLabel = "PORT",
                description = "Its HTTPS port; +1 gRPC, +2 Raft, +3 node to node. Default: ${DEFAULT-VALUE}.")
        int basePort = 9440;

        String address(int offset) {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + (basePort + offset);
        }
    }

    /** For the journal. */
    static final class Why {
        @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit history.")
        String reason = "";

        @Option(names = "--ticket", paramLabel = "TICKET", description = "The change ticket, for the audit history.")
        String ticket = "";

        MutationOptions options() {
            return MutationOptions.newBuilder()
                    .setReason(reason)
                    .setChangeTicket(ticket)
                    .build();
        }
    }

    @Command(description = "Shows the members and how far each has the log.")
    int list() {
        try (Session session = quorum.session()) {
            ListQuorumMembersResponse response = listed(session);
            Streams streams = quorum.streams();
            switch (quorum.global().format()) {
                case JSON -> streams.out().println(Json.of(response));
                case YAML -> streams.out().print(Json.yaml(response));
                case TABLE -> {
                    Table<QuorumMember>.Printer printer = TABLE.printer(streams);
                    response.getMembersList().forEach(printer::add);
                    printer.finish();
                    if (!response.getChange().getKind().isEmpty()) {
                        streams.out().println(told(response.getChange()));
                    }
                }
            }
        }
        return 0;
    }

    @Command(
            description = "Adds a running node that waits with node.initial-state: join; returns when it votes.",
            footer = {"", "It is brought up to date first, without a vote. Its id must never have been a member's."})
    int add(
            @Parameters(paramLabel = "NODE", description = "The new node's id.") String node,
            @Mixin Where where,
            @Mixin Why why) {
        try (Session session = quorum.session()) {
            return settle(
                    session,
                    session.call(
                            QuorumServiceGrpc.getAddQuorumMemberMethod(),
                            AddQuorumMemberRequest.newBuilder()
                                    .setOptions(why.options())
                                    .setNode(node)
                                    .setHttpsAddress(where.address(0))
                                    .setGrpcAddress(where.address(1))
                                    .setRaftAddress(where.address(2))
                                    .setNodeAddress(where.address(3))
                                    .build()));
        }
    }

    @Command(description = "Removes a member for ever; its process stops. The leader must hand over first.")
    int remove(
            @Parameters(paramLabel = "NODE", description = "The member's id.") String node,
            @Mixin Why why,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Do not ask.")
                    boolean yes) {
        requireYes(yes, "remove " + node);
        try (Session session = quorum.session()) {
            return settle(
                    session,
                    session.call(
                            QuorumServiceGrpc.getRemoveQuorumMemberMethod(),
                            RemoveQuorumMemberRequest.newBuilder()
                                    .setOptions(why.options())
                                    .setNode(node)
                                    .build()));
        }
    }

    @Command(description = "Adds a node and, once it votes, removes another, for example one that lost its disk.")
    int replace(
            @Parameters(paramLabel = "OLD", description = "The member to remove.") String replaced,
            @Parameters(paramLabel = "NEW", description = "The new node's id.") String node,
            @Mixin Where where,
            @Mixin Why why,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Do not ask.")
                    boolean yes) {
        requireYes(yes, "replace " + replaced);
        try (Session session = quorum.session()) {
            return settle(
                    session,
                    session.call(
                            QuorumServiceGrpc.getReplaceQuorumMemberMethod(),
                            ReplaceQuorumMemberRequest.newBuilder()
                                    .setOptions(why.options())
                                    .setReplaced(replaced)
                                    .setNode(node)
                                    .setHttpsAddress(where.address(0))
                                    .setGrpcAddress(where.address(1))
                                    .setRaftAddress(where.address(2))
                                    .setNodeAddress(where.address(3))
                                    .build()));
        }
    }

    private static void requireYes(boolean yes, String what) {
        if (!yes) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST, "not confirmed: " + what, "A removal is for ever: confirm with --yes.");
        }
    }

    /** Follows the change to its end. */
    private int settle(Session session, ChangeQuorumMembersResponse begun) {
        QuorumChange change = begun.getChange();
        while (change.getPhase().equals("joining") || change.getPhase().equals("leaving")) {
            pause();
            change = listed(session).getChange();
        }
        Format format = quorum.global().format();
        Streams streams = quorum.streams();
        switch (format) {
            case JSON -> streams.out().println(Json.of(change));
            case YAML -> streams.out().print(Json.yaml(change));
            case TABLE -> streams.out().println(told(change));
        }
        return change.getPhase().equals("failed") ? ErrorCode.PRECONDITION_FAILED.exitCode() : 0;
    }

    private static String told(QuorumChange change) {
        return change.getKind() + " " + change.getNode()
                + (change.getReplaced().isEmpty() ? "" : " for " + change.getReplaced()) + ": " + change.getPhase()
                + (change.getError().isEmpty() ? "" : ": " + change.getError());
    }

    private static ListQuorumMembersResponse listed(Session session) {
        return session.call(
                QuorumServiceGrpc.getListQuorumMembersMethod(), ListQuorumMembersRequest.getDefaultInstance());
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RegistryException.of(
                    ErrorCode.DEADLINE_EXCEEDED, "interrupted", "the change goes on: omnirelay quorum members list", e);
        }
    }
}
