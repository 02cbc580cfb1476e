package io.omnirelay.cli;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Adds commands to one another. Reading a command's options takes a hundred times as long as reading its name, and
 * most of a start's time over the whole tree: so a command that the arguments do not name is added with its name and
 * description only, which is all that help and suggestions need of it.
 */
final class CommandTree {
    private final IFactory factory;
    private final Map<Class<?>, List<Class<?>>> children;
    private final boolean whole;
    private final Set<String> named;

    private CommandTree(
            IFactory factory, Map<Class<?>, List<Class<?>>> children, boolean whole, Collection<String> named) {
        this.factory = factory;
        this.children = children;
        this.whole = whole;
        this.named = new HashSet<>(named);
    }

    /** A tree with every command in full: for completion scripts. */
    static CommandTree whole(IFactory factory, Map<Class<?>, List<Class<?>>> children) {
        return new CommandTree(factory, children, true, List.of());
    }

    /**
     * A tree for one run.
     *
     * @param arguments of the run; a command that none of them names cannot be what is run
     */
    static CommandTree of(IFactory factory, Map<Class<?>, List<Class<?>>> children, Collection<String> arguments) {
        return new CommandTree(factory, children, false, arguments);
    }

    /** Adds the commands below one. */
    void addBelow(CommandLine parent, Class<?> type) {
        for (Class<?> child : children.getOrDefault(type, List.of())) {
            Command command = child.getAnnotation(Command.class);
            if (command == null) {
                throw new IllegalStateException(child + " is no command");
            }
            if (whole || named.contains(command.name())) {
                CommandLine full = new CommandLine(child, factory);
                addBelow(full, child);
                parent.addSubcommand(command.name(), full);
            } else {
                CommandSpec stub = CommandSpec.create().name(command.name());
                stub.usageMessage().description(command.description());
                parent.addSubcommand(command.name(), stub);
            }
        }
    }
}
