package io.omnirelay.cli.output;

import io.meshkit.api.RegistryException;
import io.meshkit.client.Remediation;
import io.meshkit.v1.ErrorDetail;
import io.omnirelay.transport.Problem;
import java.nio.charset.StandardCharsets;

/** Shows an error: two lines for people, or the problem+json that the REST interface sends for it. */
public final class ErrorPrinter {
    private ErrorPrinter() {}

    /**
     * Writes to standard error.
     *
     * @return the exit code
     */
    public static int print(ErrorDetail detail, boolean json, Streams streams) {
        RegistryException error = new RegistryException(detail);
        streams.out().flush();
        if (json) {
            byte[] problem = Problem.of(error, "", "").toJson();
            streams.err().println(new String(problem, StandardCharsets.UTF_8));
        } else {
            streams.err().println("error: " + detail.getCode() + ": " + detail.getMessage());
            String remedy = Remediation.text(detail);
            if (!remedy.isEmpty()) {
                streams.err().println("hint: " + remedy);
            }
        }
        streams.err().flush();
        return error.code().exitCode();
    }
}
