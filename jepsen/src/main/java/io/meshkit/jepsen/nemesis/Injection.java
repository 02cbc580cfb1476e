package io.meshkit.jepsen.nemesis;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.util.SequencedMap;

/** A fault that is on. Thread: the runner's one thread for faults. */
public interface Injection {
    /** What it hits, for people. */
    String target();

    /** The same for programs, for the history. */
    JsonElement value();

    /**
     * Takes the fault away; what it broke for good, such as a dead process, is brought back.
     *
     * @return counters that show its effect, by name; none above zero: it had none
     */
    SequencedMap<String, Long> heal() throws IOException, InterruptedException;
}
