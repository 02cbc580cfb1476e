package io.meshkit.domain.kernel;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail;

/** The rejections that several nouns share. */
public final class Errors {
    private Errors() {}

    public static ErrorDetail of(ErrorCode code, String message, String hint) {
        return RegistryException.detail(code, message, hint).build();
    }

    /** @param field the request's field at fault, in JSON notation */
    public static ErrorDetail ofField(ErrorCode code, String field, String message, String hint) {
        return RegistryException.detail(code, message, hint).setField(field).build();
    }

    public static ErrorDetail invalid(String field, String message, String hint) {
        return ofField(ErrorCode.INVALID_REQUEST, field, message, hint);
    }

    public static ErrorDetail notFound(String kind, String name) {
        return of(
                ErrorCode.NOT_FOUND, kind + " " + name + " does not exist", "list the " + plural(kind) + " that exist");
    }

    /** Of the kind's name. */
    static String plural(String kind) {
        return kind.endsWith("y") ? kind.substring(0, kind.length() - 1) + "ies" : kind + "s";
    }

    /** A record that the request refers to is not there. */
    public static ErrorDetail missingReference(String field, String kind, String name, String hint) {
        return ofField(ErrorCode.PRECONDITION_FAILED, field, kind + " " + name + " does not exist", hint);
    }

    /** @param current the revision of the record's last change */
    public static ErrorDetail alreadyExists(String kind, String name, long current, String hint) {
        return RegistryException.detail(ErrorCode.ALREADY_EXISTS, kind + " " + name + " exists already", hint)
                .setCurrentRevision(current)
                .build();
    }

    public static ErrorDetail precondition(String message, String hint) {
        return of(ErrorCode.PRECONDITION_FAILED, message, hint);
    }

    /** @param what holds instead of the lease */
    public static ErrorDetail leaseExpired(long lease, String what) {
        return of(
                ErrorCode.LEASE_EXPIRED,
                "lease " + lease + " has ended: " + what,
                "somebody else took over, or it was not kept alive in time; take a new lease to go on");
    }

    public static ErrorDetail staleFence(String what, long expected, long current) {
        return of(
                ErrorCode.STALE_FENCING_TOKEN,
                what + " is " + current + ", not " + expected,
                "somebody else took over since; read the current state and decide anew");
    }
}
