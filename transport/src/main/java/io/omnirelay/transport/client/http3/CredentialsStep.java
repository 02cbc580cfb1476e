package io.omnirelay.transport.client.http3;

import io.grpc.Attributes;
import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Asks {@link CallCredentials} for what they add to a request. */
final class CredentialsStep {
    private CredentialsStep() {}

    /** Ends by one of the two consumers, on any thread. */
    static void run(
            CallCredentials credentials,
            MethodDescriptor<?, ?> method,
            ChannelSettings settings,
            Executor executor,
            Consumer<Metadata> apply,
            Consumer<Status> fail) {
        CallCredentials.RequestInfo info = new CallCredentials.RequestInfo() {
            @Override
            public MethodDescriptor<?, ?> getMethodDescriptor() {
                return method;
            }

            @Override
            public SecurityLevel getSecurityLevel() {
                return SecurityLevel.PRIVACY_AND_INTEGRITY;
            }

            @Override
            public String getAuthority() {
                return settings.authority();
            }

            @Override
            public Attributes getTransportAttrs() {
                return Attributes.EMPTY;
            }
        };
        credentials.applyRequestMetadata(info, executor, new CallCredentials.MetadataApplier() {
            @Override
            public void apply(Metadata headers) {
                apply.accept(headers);
            }

            @Override
            public void fail(Status status) {
                fail.accept(status);
            }
        });
    }
}
