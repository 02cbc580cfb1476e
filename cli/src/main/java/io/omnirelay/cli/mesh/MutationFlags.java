package io.omnirelay.cli.mesh;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.MutationOptions;
import io.omnirelay.cli.output.Streams;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/** Options of every command that changes something. */
final class MutationFlags {

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit history.")
    String reason = "";

    @Option(names = "--ticket", paramLabel = "TICKET", description = "The change ticket, for the audit history.")
    String ticket = "";

    @Option(
            names = "--if-match",
            paramLabel = "ETAG",
            description = "Only if the record still has this etag (\"42\"); * for must exist.")
    String ifMatch = "";

    @Option(
            names = "--request-id",
            paramLabel = "ID",
            description = "Repeating a command with the same id changes nothing twice. Default: a new one.")
    String requestId = "";

    @Option(
            names = "--request-approval",
            description = "Ask for the approval that a policy wants, instead of changing anything.")
    boolean requestApproval;

    @Option(
            names = "--approval",
            paramLabel = "ID",
            description = "Under this approval, once it is given; everything else as it was when it was asked for.")
    String approval = "";

    @Option(names = "--dry-run", description = "Decide and show, but change nothing.")
    boolean dryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask before a destructive change.")
    boolean yes;

    MutationOptions options() {
        return MutationOptions.newBuilder()
                .setReason(reason)
                .setChangeTicket(ticket)
                .setIfMatch(etag(ifMatch))
                .setRequestId(requestId)
                .setDryRun(dryRun)
                .setRequestApproval(requestApproval)
                .setApprovalId(approval)
                .build();
    }

    /** Whether nothing is changed, whatever is asked. */
    boolean changesNothing() {
        return dryRun || requestApproval;
    }

    /** An etag is a number in quotes, which shells like to eat. */
    private static String etag(String given) {
        return given.matches("\\d+") ? '"' + given + '"' : given;
    }

    /**
     * Has a person type the record's name before it is changed for the worse.
     *
     * @param verb for the question, for example drain
     * @throws RegistryException INVALID_REQUEST if nobody can be asked or the answer is another
     */
    void confirm(String verb, String name, Streams streams) {
        if (yes || changesNothing()) {
            return;
        }
        if (!streams.inTerminal()) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST,
                    "not confirmed: " + verb + " " + name,
                    "Nobody can be asked here: confirm with --yes, or look first with --dry-run.");
        }
        streams.err().print("Type " + name + " to " + verb + " it: ");
        streams.flush();
        String answer;
        try {
            answer = new BufferedReader(new InputStreamReader(streams.in(), StandardCharsets.UTF_8)).readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (answer == null || !answer.strip().equals(name)) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST, "not confirmed: " + verb + " " + name, "Nothing was changed.");
        }
    }
}
