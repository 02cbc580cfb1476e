package io.omnirelay.transport.policy;

/**
 * One thing that an evaluation says.
 *
 * @param rule    its stable name, see docs/transport.md
 * @param subject the endpoint, the category or the exception ({@code exceptions[0]}) that it is about
 * @param hint    what to do; may be empty
 */
public record Finding(Severity severity, String rule, String subject, String message, String hint) {
    /** How much it matters. */
    public enum Severity {
        /** A violation: the host does not start, the mutation is refused. */
        ERROR,
        WARNING,
        INFO;

        /** In lower case. */
        public String label() {
            return switch (this) {
                case ERROR -> "error";
                case WARNING -> "warning";
                case INFO -> "info";
            };
        }
    }

    /** One line for people. */
    @Override
    public String toString() {
        return subject + ": " + message + " (" + rule + ")" + (hint.isEmpty() ? "" : "; " + hint);
    }
}
