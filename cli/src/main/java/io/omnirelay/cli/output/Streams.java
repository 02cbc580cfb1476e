package io.omnirelay.cli.output;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the command reads from and writes to, so that a test can stand in for the terminal.
 *
 * @param inTerminal  a person can answer questions
 * @param outTerminal a person reads the output: it may be coloured and cut to the width
 * @param errTerminal a person reads the progress
 * @param environment variables, read instead of the process's
 */
public record Streams(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean inTerminal,
        boolean outTerminal,
        boolean errTerminal,
        Map<String, String> environment) {
    private static final int WIDTH_DEFAULT = 80;
    private static final int HEIGHT_DEFAULT = 24;

    /** The process's own, in UTF-8 and buffered. */
    public static Streams ofProcess() {
        return new Streams(
                new FileInputStream(FileDescriptor.in),
                print(FileDescriptor.out),
                print(FileDescriptor.err),
                isTerminal(0),
                isTerminal(1),
                isTerminal(2),
                System.getenv());
    }

    private static PrintStream print(FileDescriptor descriptor) {
        return new PrintStream(
                new java.io.BufferedOutputStream(new FileOutputStream(descriptor), 1 << 15),
                false,
                StandardCharsets.UTF_8);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            // Without /proc: the runtime knows only whether input and output both are.
            return System.console() != null && System.console().isTerminal();
        }
    }

    public boolean colours() {
        return outTerminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM"));
    }

    /** The output is a terminal on which a table can be redrawn. */
    public boolean redraws() {
        return outTerminal && !"dumb".equals(environment.get("TERM"));
    }

    /** Lines of the terminal, for a table that is redrawn. */
    public int height() {
        String lines = environment.get("LINES");
        if (lines != null && lines.matches("[1-9][0-9]{0,4}")) {
            return Integer.parseInt(lines);
        }
        return askTerminal(0, HEIGHT_DEFAULT);
    }

    /** Columns of the terminal; {@link Integer#MAX_VALUE} when the output is not read by a person. */
    public int width() {
        if (!outTerminal) {
            return Integer.MAX_VALUE;
        }
        String columns = environment.get("COLUMNS");
        if (columns != null && columns.matches("[1-9][0-9]{0,4}")) {
            return Integer.parseInt(columns);
        }
        return askTerminal(1, WIDTH_DEFAULT);
    }

    /** @param index 0: lines, 1: columns */
    private static int askTerminal(int index, int otherwise) {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(Path.of("/dev/tty").toFile())
                    .start();
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            if (stty.waitFor(1, TimeUnit.SECONDS) && size.matches("[1-9]\\d{0,4} [1-9]\\d{0,4}")) {
                return Integer.parseInt(size.split(" ")[index]);
            }
        } catch (IOException e) {
            return otherwise;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return otherwise;
    }

    public void flush() {
        out.flush();
        err.flush();
    }
}
