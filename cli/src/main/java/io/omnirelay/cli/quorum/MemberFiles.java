package io.omnirelay.cli.quorum;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.JoinAttempt;
import io.meshkit.client.JoinTicket;
import io.meshkit.client.JoinedIdentity;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.MemberAdmission;
import io.omnirelay.pki.Pem;
import io.omnirelay.pki.SecretFiles;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of a member that joins, on its host: laid out as those of a new quorum, for one node. They are made in a
 * directory beside, whose name is changed at the end: they appear all at once. What is asked with is there from the
 * beginning, so that whoever asks again after a crash is given the same certificate.
 */
final class MemberFiles {
    private static final String ATTEMPT = "attempt";
    private static final Pattern LISTEN =
            Pattern.compile("(?m)^listen: \\{host: (?:\"([^\"]+)\"|([^,\"]+)), https-port: (\\d+)");

    private final Layout layout;
    private final Layout making;
    private final String node;

    MemberFiles(Layout layout, String node) {
        Path directory = layout.directory();
        this.layout = layout;
        this.making = new Layout(directory.resolveSibling("." + directory.getFileName() + ".joining"));
        this.node = node;
    }

    private Path attemptFile(Layout where) {
        return where.directory().resolve(ATTEMPT);
    }

    /** Whether all of them are there already; what is left of making them goes. */
    boolean finish() throws IOException {
        if (!Files.exists(layout.config(node))) {
            return false;
        }
        Files.deleteIfExists(attemptFile(layout));
        return true;
    }

    /** Where the node listens whose files are there. */
    NodeSpec spec() throws IOException {
        Matcher listen = LISTEN.matcher(Files.readString(layout.config(node)));
        if (!listen.find()) {
            throw RegistryException.of(
                    ErrorCode.PRECONDITION_FAILED,
                    layout.config(node) + " was not made by this command",
                    "Name another directory with --data.");
        }
        String host = listen.group(1) == null ? listen.group(2) : listen.group(1);
        return new NodeSpec(node, host, Integer.parseInt(listen.group(3)));
    }

    /** What to ask with: as before, if it was for this token and node. */
    JoinAttempt attempt(JoinTicket ticket) throws IOException {
        String head = ticket.id() + " " + node + "\n";
        Path file = attemptFile(making);
        if (Files.exists(file)) {
            String known = Files.readString(file);
            if (known.startsWith(head)) {
                return JoinAttempt.ofText(known.substring(head.length()));
            }
        }
        JoinAttempt fresh = JoinAttempt.fresh();
        SecretFiles.createDirectories(making.directory());
        SecretFiles.write(file, head + fresh.toText());
        return fresh;
    }

    /** The registry has refused for good: nothing was made with the attempt. */
    void giveUp() throws IOException {
        Files.deleteIfExists(attemptFile(making));
        try {
            Files.deleteIfExists(making.directory());
        } catch (DirectoryNotEmptyException e) {
            // What an earlier attempt left behind is written over by the next.
            return;
        }
    }

    void write(JoinedIdentity identity, NodeSpec spec) throws IOException {
        JoinResponse answer = identity.answer();
        MemberAdmission admission = answer.getAdmission();
        Path tls = making.node(node).resolve("tls");
        write(making.tls("ca.pem"), answer.getServerTrust());
        write(making.tls("raft-ca.pem"), admission.getMemberTrust());
        write(tls.resolve("client-ca.pem"), admission.getClientTrust());
        write(tls.resolve("member.key"), Pem.encode(identity.keys().getPrivate()));
        write(tls.resolve("member.pem"), answer.getCertificateChain());
        SecretFiles.createDirectories(Layout.directoryOf(making.console(node)));
        List<String> members = new ArrayList<>();
        admission.getMembersList().forEach(member -> members.add(NodeYaml.member(member)));
        members.add(NodeYaml.member(spec));
        write(
                making.config(node),
                new NodeYaml(answer.getQuorumId(), admission.getQuorumName(), spec, members).ofJoiner());
        Files.move(making.directory(), layout.directory(), StandardCopyOption.ATOMIC_MOVE);
        finish();
    }

    private static void write(Path file, String text) throws IOException {
        SecretFiles.createDirectories(Layout.directoryOf(file));
        SecretFiles.write(file, text);
    }
}
