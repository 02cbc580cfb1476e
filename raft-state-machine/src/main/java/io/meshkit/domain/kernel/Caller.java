package io.meshkit.domain.kernel;

import io.meshkit.v1.Command;
import io.meshkit.v1.Credential;
import java.util.List;

/**
 * Who asks for something, and what they proved it by.
 *
 * @param principal  stands in audit entries
 * @param credential with method "" if the command was written before access was replicated
 */
public record Caller(String principal, Credential credential) {
    /** The method of what the leader does of its own accord. Only the node that leads makes such commands. */
    public static final String SYSTEM = "system";

    /** Principals that begin so are the registry's own. */
    public static final List<String> RESERVED = List.of("meshkit:", "system:");

    public static Caller of(Command command) {
        return new Caller(command.getPrincipal(), command.getCredential());
    }

    public boolean isSystem() {
        return credential.getMethod().equals(SYSTEM);
    }

    /** Whether a client can be called so. */
    public static boolean isReserved(String principal) {
        return RESERVED.stream().anyMatch(principal::startsWith);
    }

    /** As in audit entries: method/id. */
    public String proof() {
        if (isSystem() || credential.getMethod().isEmpty()) {
            return "";
        }
        return credential.getId().isEmpty()
                ? credential.getMethod()
                : credential.getMethod() + "/" + credential.getId();
    }
}
