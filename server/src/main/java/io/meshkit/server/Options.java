package io.meshkit.server;

import io.meshkit.server.config.ConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The flags of the process.
 *
 * @param sets {@code key=value}, in the order given
 */
record Options(Path config, List<String> sets, boolean printConfig) {
    static final String USAGE = """
            usage: registry-server --config FILE [--set KEY=VALUE]... [--print-config]
              --config FILE      the YAML file; relative paths in it start at its directory
              --set KEY=VALUE    overrides the file and the environment (OMNIRELAY_*), for example
                                 --set log.level=debug
              --print-config     prints every setting with its origin, and exits
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
        for (int i = 0; i < arguments.length; i++) {
            String flag = arguments[i];
            switch (flag) {
                case "--print-config" -> print = true;
                case "--config", "--set" -> {
                    if (++i == arguments.length) {
                        throw new ConfigException(List.of(flag + " needs a value"));
                    }
                    if (flag.equals("--set")) {
                        sets.add(arguments[i]);
                    } else {
                        config = Path.of(arguments[i]);
                    }
                }
                default -> throw new ConfigException(List.of("unknown flag " + flag));
            }
        }
        if (config == null) {
            throw new ConfigException(List.of("--config FILE must be given"));
        }
        return new Options(config, sets, print);
    }
}
