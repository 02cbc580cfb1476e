package io.omnirelay.cli.file;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads YAML, and JSON as the YAML that it is, into a tree that knows where everything stands. Makes no objects of
 * tags, and bounds aliases and depth.
 */
public final class YamlText {
    private static final int BYTES_MAX = 256 << 20;
    private static final int ALIASES_MAX = 1_000;
    private static final int DEPTH_MAX = 64;

    private YamlText() {}

    /**
     * The text of a file, or of standard input for "-".
     *
     * @throws RegistryException INVALID_REQUEST if it cannot be read or is not UTF-8
     */
    public static String read(String file, InputStream standardInput) {
        try {
            byte[] bytes =
                    file.equals("-") ? standardInput.readNBytes(BYTES_MAX + 1) : Files.readAllBytes(Path.of(file));
            if (bytes.length > BYTES_MAX) {
                throw unreadable(file, "is larger than " + (BYTES_MAX >> 20) + " MiB", null);
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw unreadable(file, "is not UTF-8", e);
        } catch (IOException e) {
            throw unreadable(file, "cannot be read: " + e.getMessage(), e);
        }
    }

    private static RegistryException unreadable(String file, String problem, @Nullable IOException cause) {
        String hint = "Name a file of YAML or JSON, or - for standard input.";
        return cause == null
                ? RegistryException.of(ErrorCode.INVALID_REQUEST, file + " " + problem, hint)
                : RegistryException.of(ErrorCode.INVALID_REQUEST, file + " " + problem, hint, cause);
    }

    /**
     * @param file  named in errors
     * @throws RegistryException INVALID_REQUEST with line and column if the text is malformed or empty
     */
    public static Node parse(String file, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(BYTES_MAX);
        options.setMaxAliasesForCollections(ALIASES_MAX);
        options.setNestingDepthLimit(DEPTH_MAX);
        Faults faults = new Faults(file);
        Node tree = null;
        try {
            tree = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            faults.add(e.getProblemMark(), "", "malformed: " + problem(e));
        } catch (YAMLException e) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST, file + ": malformed: " + e.getMessage(), "Correct the file.", e);
        }
        faults.throwIfAny();
        if (tree == null) {
            throw RegistryException.of(ErrorCode.INVALID_REQUEST, file + " is empty", "");
        }
        return tree;
    }

    private static String problem(MarkedYAMLException e) {
        String context = e.getContext();
        return (context == null ? "" : context + ", ") + e.getProblem();
    }
}
