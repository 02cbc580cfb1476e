package io.omnirelay.cli;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.omnirelay.cli.output.Streams;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code omnirelay completion}. */
@Command(
        name = "completion",
        description = "Prints a completion script for a shell.",
        footer = {"", "For example: source <(omnirelay completion bash)"})
final class CompletionCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(paramLabel = "bash|zsh", description = "The shell.")
    String shell = "";

    CompletionCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        CommandLine tree = Main.wholeCommandLine(streams);
        String script = AutoComplete.bash("omnirelay", tree);
        switch (shell) {
            case "bash" -> streams.out().print(script);
            // The script calls bashcompinit when zsh reads it, which needs compinit before.
            case "zsh" -> streams.out().print("autoload -U +X compinit && compinit\n" + script);
            default ->
                throw RegistryException.of(
                        ErrorCode.INVALID_REQUEST, "no completion for '" + shell + "'", "Give bash or zsh.");
        }
        return 0;
    }
}
