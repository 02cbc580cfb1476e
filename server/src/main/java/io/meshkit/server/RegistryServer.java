package io.meshkit.server;

import io.meshkit.raft.StartupException;
import io.meshkit.server.config.ConfigException;
import io.meshkit.server.config.ConfigLoader;
import io.meshkit.server.config.Effective;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.server.observe.Logging;
import io.meshkit.server.policy.HostPolicy;
import io.meshkit.server.policy.PolicyValidation;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of one registry node.
 *
 * <p>Start: configuration, logging, store and Raft, node port, client ports. Stop, on SIGTERM or SIGINT: not
 * ready, leadership handed over, calls in flight finished, everything closed.
 */
public final class RegistryServer {
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_CONFIG = 2;

    /** For what comes after the calls in flight: handing over, the log, the store. */
    private static final long CLOSE_MS = 15_000;

    private RegistryServer() {}

    public static void main(String[] arguments) {
        int status = run(System.getenv(), System.out, System.err, arguments);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Returns when the process is to end, with its exit status. */
    static int run(Map<String, String> environment, PrintStream out, PrintStream err, String... arguments) {
        if (Arrays.asList(arguments).contains("--help")) {
            out.print(Options.USAGE);
            return 0;
        }
        ServerConfig config;
        try {
            Options options = Options.parse(arguments);
            if (options.validatePolicy()) {
                return PolicyValidation.run(
                        options.config(), environment, options.sets(), options.json(), Instant.now(), out);
            }
            Effective effective = ConfigLoader.load(options.file(), environment, options.sets());
            config = ServerConfig.of(effective);
            if (options.printConfig()) {
                out.print(effective.print());
                return 0;
            }
            HostPolicy.require(config, Instant.now());
        } catch (ConfigException e) {
            complain(e, err);
            return EXIT_CONFIG;
        }
        return serve(config, err);
    }

    private static int serve(ServerConfig config, PrintStream err) {
        try {
            Logging.start(config.log());
        } catch (IOException e) {
            err.println("log.directory: " + config.log().directory() + " cannot be written: " + e.getMessage());
            return EXIT_FAILED;
        }
        Logger log = LoggerFactory.getLogger(RegistryServer.class);
        try {
            RegistryNode node = RegistryNode.start(config, version());
            closeOnSignal(node, config.limits().shutdownTimeoutMs());
            return 0;
        } catch (ConfigException e) {
            complain(e, err);
            return EXIT_CONFIG;
        } catch (StartupException e) {
            log.error("the node cannot start: {}", e.getMessage(), e.getCause());
            err.println("The node cannot start: " + e.getMessage());
            return EXIT_FAILED;
        } catch (RuntimeException e) {
            log.error("the node cannot start", e);
            err.println("The node cannot start: " + e);
            return EXIT_FAILED;
        }
    }

    /** Leaves a thread that keeps the process alive until the signal has been dealt with. */
    private static void closeOnSignal(RegistryNode node, long shutdownTimeoutMs) {
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            haltAfter(shutdownTimeoutMs + CLOSE_MS);
                            node.close();
                            Logging.stop();
                            stopped.countDown();
                        },
                        "shutdown"));
        Thread.ofPlatform().name("main-wait").start(() -> {
            try {
                stopped.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** A part that cannot be closed must not keep a node from ending: its data are safe at any moment. */
    private static void haltAfter(long ms) {
        Thread.ofPlatform().daemon().name("shutdown-limit").start(() -> {
            try {
                Thread.sleep(ms);
                System.err.println("The node did not stop within " + ms + " ms: halting it");
                Runtime.getRuntime().halt(EXIT_FAILED);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void complain(ConfigException e, PrintStream err) {
        err.println("The configuration cannot be used:");
        e.problems().forEach(problem -> err.println("  " + problem));
    }

    /** Of the software, as its build named it. */
    static String version() {
        try (InputStream in = RegistryServer.class.getResourceAsStream("version.txt")) {
            return in == null ? "unknown" : new String(in.readAllBytes(), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
