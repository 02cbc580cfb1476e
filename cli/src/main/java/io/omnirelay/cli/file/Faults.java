package io.omnirelay.cli.file;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.omnirelay.transport.json.Suggestions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.Node;

/** What is wrong with one file, all of it, with line and column. Not thread-safe. */
public final class Faults {
    private static final int SHOWN_MAX = 20;

    private final String file;
    private final List<Fault> found = new ArrayList<>();

    /** One fault; the order is that of the file. */
    private record Fault(int line, int column, String text) {}

    public Faults(String file) {
        this.file = file;
    }

    /**
     * @param path of the field, for example peers[3].zone; may be empty
     */
    public void add(Node at, String path, String problem) {
        add(at.getStartMark(), path, problem);
    }

    void add(Mark at, String path, String problem) {
        int line = at.getLine() + 1;
        int column = at.getColumn() + 1;
        String where = "line " + line + ", column " + column + ": ";
        found.add(new Fault(line, column, where + (path.isEmpty() ? "" : path + ": ") + problem));
    }

    void unknownField(Node at, String path, String name, Collection<String> known) {
        String meant = Suggestions.closest(name, known)
                .map(field -> "; did you mean " + field + "?")
                .orElse("");
        add(at, path, "unknown field" + meant);
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /**
     * @throws RegistryException INVALID_REQUEST with the first twenty faults, if there are any
     */
    public void throwIfAny() {
        if (found.isEmpty()) {
            return;
        }
        List<String> texts = found.stream()
                .sorted(Comparator.comparingInt(Fault::line).thenComparingInt(Fault::column))
                .map(Fault::text)
                .toList();
        String message = file + ": ";
        if (texts.size() == 1) {
            message += texts.get(0);
        } else {
            message += texts.size() + " faults:\n  "
                    + String.join("\n  ", texts.subList(0, Math.min(SHOWN_MAX, texts.size())));
        }
        if (texts.size() > SHOWN_MAX) {
            message += "\n  … and " + (texts.size() - SHOWN_MAX) + " more";
        }
        throw RegistryException.of(ErrorCode.INVALID_REQUEST, message, "Nothing was sent. Correct the file.");
    }
}
