package io.meshkit.jepsen.workload;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.meshkit.api.RegistryException;
import io.meshkit.jepsen.client.NodeClient;
import java.time.Duration;

/** Calls before the load, which may be repeated: what they make is the same every time. */
final class SetUp {
    private static final int ATTEMPTS = 5;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private SetUp() {}

    /** @throws RegistryException if no attempt succeeds */
    static <Q extends Message, R extends Message> R call(NodeClient client, MethodDescriptor<Q, R> method, Q request) {
        for (int left = ATTEMPTS - 1; ; left--) {
            try {
                return client.call(method, request, LIMIT);
            } catch (RegistryException e) {
                if (left == 0 || !e.code().retryable()) {
                    throw e;
                }
            }
        }
    }
}
