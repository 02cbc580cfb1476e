package io.meshkit.domain.kernel;

import com.google.protobuf.Message;
import io.meshkit.v1.MutationOptions;

/**
 * What of a command makes it this mutation and no other: without what differs between two attempts at it.
 *
 * @param tag     of the operation in the command
 * @param content the operation, of its options what matters to what is made and why
 */
public record Mutation(int tag, Message content) {
    static <Q extends Message> Mutation of(EntryApplier.Request<Q> request) {
        Q identity = request.handler().identity(request.operation());
        MutationOptions kept = Requests.options(identity).toBuilder()
                .clearRequestId()
                .clearDryRun()
                .clearRequestApproval()
                .clearApprovalId()
                .build();
        return new Mutation(request.tag(), Requests.withOptions(identity, kept));
    }

    /** 32 bytes; two mutations with the same are the same. */
    public byte[] sha256() {
        return Dedupe.payloadHash(tag, content).toByteArray();
    }
}
