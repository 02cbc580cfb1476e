package io.omnirelay.cli.mesh;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.MutationResult;
import io.omnirelay.cli.output.Format;
import java.util.function.Function;

/**
 * Issues what has a secret, which is shown once: a repeated request gets no secret, and is told so.
 *
 * @param named what was issued, for example {@code token t-1}
 */
record SecretOnce<R extends Message>(
        MeshCommand mesh, Function<R, String> named, Function<R, String> secret, Function<R, MutationResult> result) {
    /** @param secretOnly print nothing else */
    <Q extends Message> int issue(MethodDescriptor<Q, R> method, Q request, boolean secretOnly, MutationFlags flags) {
        return secretOnly ? secretOnly(method, request, flags) : mesh.mutate(method, request, flags, this::tell);
    }

    /** @throws RegistryException INVALID_REQUEST if there would be no secret to print */
    static void check(boolean secretOnly, MutationFlags flags) {
        if (secretOnly && flags.changesNothing()) {
            throw GlobalOptions.invalid(
                    "--secret-only", "true", "--secret-only alone: neither with --dry-run nor with --request-approval");
        }
    }

    private <Q extends Message> int secretOnly(MethodDescriptor<Q, R> method, Q request, MutationFlags flags) {
        try (Session session = mesh.session()) {
            R issued = session.call(method, request, flags.options());
            if (secret.apply(issued).isEmpty()) {
                throw RegistryException.of(
                        ErrorCode.PRECONDITION_FAILED,
                        named.apply(issued) + " was issued before, and its secret is not shown again",
                        "Revoke it and issue another.");
            }
            mesh.streams().out().println(secret.apply(issued));
        }
        return 0;
    }

    private void tell(R issued) {
        if (!secret.apply(issued).isEmpty()) {
            if (mesh.global().format() == Format.TABLE) {
                mesh.streams().out().println("secret, shown this once: " + secret.apply(issued));
            }
        } else if (!result.apply(issued).getDryRun()
                && result.apply(issued).getApprovalId().isEmpty()) {
            mesh.streams()
                    .err()
                    .println("note: " + named.apply(issued)
                            + " was issued before, and its secret is not shown again: revoke it and issue another");
        }
    }
}
