package io.meshkit.jepsen.os;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Private network, mount and process namespaces around one command.
 *
 * <p>The kernel takes them away with the command's last process, however it ends: the command is the first process
 * of its process namespace, so that whatever it started dies with it, and links, packet filters and mounts go with
 * their namespaces.
 *
 * @param prefix of a command line that shall run inside
 */
public record Sandbox(List<String> prefix) {
    private static final List<String> NAMESPACES =
            List.of("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--");

    private static final long GRACE_SECONDS = 30;

    public Sandbox {
        prefix = List.copyOf(prefix);
    }

    /**
     * The first way of making one that works here: as root, else as root of a user namespace.
     *
     * @throws IOException saying why none does
     */
    public static Sandbox find() throws IOException {
        List<String> failures = new ArrayList<>();
        for (List<String> how : List.of(List.of("unshare"), List.of("unshare", "--map-root-user"))) {
            List<String> prefix = new ArrayList<>(how);
            prefix.addAll(NAMESPACES);
            List<String> command = new ArrayList<>(prefix);
            command.addAll(List.of("ip", "link", "set", "lo", "up"));
            Commands.Outcome outcome = Commands.attempt(command, "");
            if (outcome.succeeded()) {
                return new Sandbox(prefix);
            }
            failures.add(String.join(" ", how) + ": " + outcome.output().strip());
        }
        throw new IOException("no private namespaces can be made here: " + String.join("; ", failures));
    }

    /**
     * Runs a command inside, with this process's output. A signal that ends this process ends the command first,
     * and so does the death of this process: the command sees the end of its standard input.
     *
     * @return its exit code
     */
    public int run(List<String> command) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        Process unshare = new ProcessBuilder(whole)
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread stopper = new Thread(() -> stop(unshare), "stop-sandbox");
        Runtime.getRuntime().addShutdownHook(stopper);
        try {
            int exitCode = unshare.waitFor();
            Runtime.getRuntime().removeShutdownHook(stopper);
            return exitCode;
        } finally {
            unshare.destroyForcibly();
        }
    }

    private static void stop(Process unshare) {
        try {
            unshare.getOutputStream().close();
        } catch (IOException e) {
            // It has gone already.
        }
        try {
            if (!unshare.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                unshare.destroyForcibly(); // And with it, by --kill-child, everything inside.
            }
        } catch (InterruptedException e) {
            unshare.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
