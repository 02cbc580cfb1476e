package io.omnirelay.cli.mesh;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.omnirelay.cli.file.Faults;
import io.omnirelay.cli.file.MessageReader;
import io.omnirelay.cli.file.YamlText;
import io.omnirelay.cli.output.Names;
import io.omnirelay.cli.output.Streams;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns what was typed into what a request holds. */
final class Texts {
    private Texts() {}

    /** Empty if the option was not given. */
    static String of(@Nullable String given) {
        return given == null ? "" : given;
    }

    static List<String> of(@Nullable List<String> given) {
        return given == null ? List.of() : given;
    }

    /** The numbers of enum values given by name. */
    static List<Integer> numbers(EnumDescriptor type, @Nullable List<String> given) {
        return of(given).stream()
                .map(text -> Names.parse(type, text).getNumber())
                .toList();
    }

    /** A duration as people write it, for example 30s. */
    static Duration duration(String option, String text) {
        return Durations.fromMillis(GlobalOptions.duration(option, text).toMillis());
    }

    /** Fills the builder from a file of one message, if one was given. */
    static void merge(@Nullable String file, Message.Builder into, Streams streams) {
        if (file == null) {
            return;
        }
        Faults faults = new Faults(file);
        new MessageReader(faults).read(YamlText.parse(file, YamlText.read(file, streams.in())), "", into);
        faults.throwIfAny();
    }
}
