package io.omnirelay.transport.rest;

import io.grpc.Metadata;
import io.grpc.Status;
import io.meshkit.api.RegistryException;
import org.jspecify.annotations.Nullable;

/** What becomes of a call's outcome on the way to HTTP. Each call ends with exactly one of the last three. */
interface RestReply {
    void headers(Metadata headers);

    /** @param message a protobuf message; in a stream also an {@link io.omnirelay.transport.EncodedMessage} */
    void message(Object message);

    /** The service is done, without an error. */
    void succeed(Metadata trailers);

    /** The call has failed. @param trailers of the service, if the failure is the service's */
    void fail(Status status, RegistryException error, @Nullable Metadata trailers);

    /** There is nobody to answer. */
    void gone();
}
