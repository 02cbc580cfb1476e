package io.meshkit.server;

import io.meshkit.server.config.ConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The flags of the process.
 *
 * @param sets {@code key=value}, in the order given
 */
record Options(@Nullable Path config, List<String> sets, boolean printConfig, boolean validatePolicy, boolean json) {
    static final String USAGE = """
        usage: registry-server --config FILE [--set KEY=VALUE]... [--print-config]
               registry-server --validate-policy [--config FILE] [--set KEY=VALUE]... [--format text|json]
          --config FILE      the YAML file; relative paths in it start at its directory
          --set KEY=VALUE    overrides the file and the environment (OMNIRELAY_*), for example
                             --set log.level=debug
          --print-config     prints every setting with its origin, and exits
          --validate-policy  holds the configuration, or without --config the defaults, against the
                             transport policy, prints the findings, and exits with 0 or 1
          --format FORMAT    of those findings: text (default) or json
        exit codes: 0 stopped as asked, 1 could not start, 2 bad configuration, 70 halted on a failure
        """;

    Options {
        sets = List.copyOf(sets);
    }

    /**
     * @throws ConfigException for an unknown or incomplete flag
     */
    static Options parse(String... arguments) throws ConfigException {
        Path config = null;
        List<String> sets = new ArrayList<>();
        boolean print = false;
        boolean validate = false;
        boolean json = false;
        for (int i = 0; i < arguments.length; i++) {
            String flag = arguments[i];
            switch (flag) {
                case "--print-config" -> print = true;
                case "--validate-policy" -> validate = true;
                case "--config", "--set", "--format" -> {
                    if (++i == arguments.length) {
                        throw new ConfigException(List.of(flag + " needs a value"));
                    }
                    if (flag.equals("--set")) {
                        sets.add(arguments[i]);
                    } else if (flag.equals("--format")) {
                        json = json(arguments[i]);
                    } else {
                        config = Path.of(arguments[i]);
                    }
                }
                default -> throw new ConfigException(List.of("unknown flag " + flag));
            }
        }
        if (config == null && !validate) {
            throw new ConfigException(List.of("--config FILE must be given"));
        }
        return new Options(config, sets, print, validate, json);
    }

    private static boolean json(String format) throws ConfigException {
        return switch (format) {
            case "text" -> false;
            case "json" -> true;
            default -> throw new ConfigException(List.of("--format " + format + ": text or json"));
        };
    }

    /** The file that must have been given. */
    Path file() {
        return Objects.requireNonNull(config);
    }
}
