package io.meshkit.jepsen.sim;

import io.meshkit.storage.WriteBatch;
import java.util.List;

/** What members send each other. */
sealed interface SimMessage {
    int from();

    int to();

    /** The sender's. */
    long term();

    record Append(int from, int to, long term, long previous, long previousTerm, List<SimEntry> entries, long commit)
            implements SimMessage {}

    /**
     * @param matches whether the entry before fitted
     * @param index   matches: up to where the logs are the same, and on disk; else where to try next
     */
    record Appended(int from, int to, long term, boolean matches, long index) implements SimMessage {}

    record Install(int from, int to, long term, long index, long indexTerm, WriteBatch content) implements SimMessage {}

    /** What is your term? */
    record AskTerm(int from, int to, long term, long call) implements SimMessage {}

    record AnswerTerm(int from, int to, long term, long call) implements SimMessage {}
}
