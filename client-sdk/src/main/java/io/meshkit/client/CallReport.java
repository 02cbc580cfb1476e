package io.meshkit.client;

import com.google.protobuf.Message;
import io.meshkit.v1.ErrorDetail;
import org.jspecify.annotations.Nullable;

/**
 * One call that has ended, for those who watch a client's calls.
 *
 * @param method   bare name of the verb, for example GetPeer
 * @param info     how the answer or the last error came; null if no node was asked
 * @param response the answer, or null if the call failed
 * @param error    why it failed, or null
 */
public record CallReport(
        String method,
        @Nullable ResponseInfo info,
        @Nullable Message response,
        @Nullable ErrorDetail error) {}
