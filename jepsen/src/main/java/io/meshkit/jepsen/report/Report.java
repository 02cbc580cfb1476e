package io.meshkit.jepsen.report;

import io.meshkit.jepsen.checker.Judgement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes what is left of a run into its directory: {@code report.html}, {@code history.jsonl}, {@code test.json},
 * {@code junit.xml} and {@code verdict.txt}.
 */
public final class Report {
    public static final String HISTORY = "history.jsonl";
    public static final String TEST = "test.json";
    public static final String JUNIT = "junit.xml";
    public static final String VERDICT = "verdict.txt";
    public static final String HTML = "report.html";

    private Report() {}

    /**
     * Creates the directory if need be; replaces the files. A history that was recorded there already is kept as it
     * is.
     */
    public static void write(Path directory, RunResult result) throws IOException {
        Files.createDirectories(directory);
        if (Files.notExists(directory.resolve(HISTORY))) {
            result.history().write(directory.resolve(HISTORY));
        }
        Files.writeString(directory.resolve(TEST), TestJson.of(result));
        Files.writeString(directory.resolve(JUNIT), JunitXml.of(result));
        Files.writeString(directory.resolve(HTML), HtmlReport.of(result));
        StringBuilder text = new StringBuilder();
        for (Judgement judgement : result.judgements()) {
            text.append(judgement.toText());
        }
        Files.writeString(
                directory.resolve(VERDICT), text.append(result.verdict()).append('\n'));
    }
}
