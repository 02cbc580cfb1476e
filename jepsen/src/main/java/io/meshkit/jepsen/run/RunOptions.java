package io.meshkit.jepsen.run;

import io.meshkit.jepsen.client.Transports;
import java.nio.file.Path;
import java.util.List;

/**
 * What a run is to be.
 *
 * @param workloads        by name; they share the rate
 * @param nemeses          by name; several at once are joined by {@code +}
 * @param required         which of them must not be skipped, by name or by what stands before the colon
 * @param nodes            3, 5 or 7
 * @param timeLimitSeconds of the load, > 0
 * @param rate             operations per second that are offered, > 0
 * @param threads          clients at a time, > 0
 * @param transports       of the clients
 * @param seed             of the operations and the faults
 * @param quietMs          between two faults
 * @param faultMs          that a fault lasts, on average
 * @param out              directory for everything that is left of the run; absolute
 * @param command          what a person types to run it again
 */
record RunOptions(
        List<String> workloads,
        List<String> nemeses,
        List<String> required,
        int nodes,
        int timeLimitSeconds,
        double rate,
        int threads,
        Transports transports,
        long seed,
        long quietMs,
        long faultMs,
        Path out,
        String command) {
    RunOptions {
        workloads = List.copyOf(workloads);
        nemeses = List.copyOf(nemeses);
        required = List.copyOf(required);
    }

    /**
     * Clients at a time.
     *
     * @param text a number, or a multiple of the nodes as in {@code 2n}
     * @throws IllegalArgumentException if it is neither, or not within 1–1000
     */
    static int threads(String text, int nodes) {
        boolean perNode = text.endsWith("n");
        String digits = perNode ? text.substring(0, text.length() - 1) : text;
        if (digits.matches("[0-9]{1,4}")) {
            int threads = Integer.parseInt(digits) * (perNode ? nodes : 1);
            if (threads >= 1 && threads <= 1000) {
                return threads;
            }
        }
        throw new IllegalArgumentException(
                "--concurrency: '" + text + "' is not 1–1000, nor as many per node as in 2n");
    }

    /** Whether a nemesis must not be skipped. */
    boolean requires(String nemesis) {
        return required.stream()
                .anyMatch(name -> List.of(nemesis.split("\\+")).stream()
                        .anyMatch(part -> part.equals(name) || part.startsWith(name + ":")));
    }
}
