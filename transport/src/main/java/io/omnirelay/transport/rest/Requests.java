package io.omnirelay.transport.rest;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;

/** How a request is refused. */
final class Requests {
    private Requests() {}

    /** An INVALID_REQUEST about a field in JSON notation, which may be empty. */
    static RegistryException invalid(String message, String field, String hint) {
        return new RegistryException(RegistryException.detail(ErrorCode.INVALID_REQUEST, message, hint)
                .setField(field)
                .build());
    }
}
