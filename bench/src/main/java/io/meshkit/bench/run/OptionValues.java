package io.meshkit.bench.run;

import io.meshkit.client.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads and checks the options of a command; what does not fit is told by the option's name. */
final class OptionValues {
    private final CommandSpec spec;

    /** @throws IllegalStateException if the command is not run by the command line, which sets its spec */
    OptionValues(@Nullable CommandSpec spec) {
        if (spec == null) {
            throw new IllegalStateException("not run by the command line");
        }
        this.spec = spec;
    }

    Duration duration(String option, String text) {
        try {
            return parseDuration(text);
        } catch (IllegalArgumentException e) {
            throw invalid(option, String.valueOf(e.getMessage()));
        }
    }

    /** {@code 500ms}, {@code 10s}, {@code 2m}; a bare number is seconds. */
    static Duration parseDuration(String text) {
        Matcher matcher = Pattern.compile("(\\d{1,9})(ms|s|m)?").matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no time such as 500ms, 10s or 2m");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            case null, default -> Duration.ofSeconds(number);
        };
    }

    /** @param max inclusive; the least is 1 */
    void requireRange(String option, int value, int max) {
        requireRange(option, 1, value, max);
    }

    /** @param max inclusive, as is the least */
    void requireRange(String option, int min, int value, int max) {
        if (value < min || value > max) {
            throw invalid(option, value + " is not within " + min + " and " + max);
        }
    }

    /** Requires numbers that grow from one to the next, of which each is within 1 and the most. */
    void requireAscending(String option, List<Integer> values, int max) {
        int before = 0;
        for (int value : values) {
            requireRange(option, value, max);
            if (value <= before) {
                throw invalid(option, value + " comes after " + before + ": each must be larger than the one before");
            }
            before = value;
        }
    }

    /** The endpoint of the named node; of the first if none is named. */
    Endpoint endpoint(String option, @Nullable String node, List<Endpoint> endpoints) {
        if (node == null) {
            return endpoints.getFirst();
        }
        return endpoints.stream()
                .filter(each -> each.node().equals(node))
                .findFirst()
                .orElseThrow(() -> invalid(
                        option,
                        "'" + node + "' is none of "
                                + endpoints.stream().map(Endpoint::node).toList()));
    }

    ParameterException invalid(String option, String problem) {
        return new ParameterException(spec.commandLine(), option + ": " + problem);
    }
}
