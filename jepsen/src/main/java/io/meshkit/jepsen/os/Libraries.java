package io.meshkit.jepsen.os;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Shared libraries that are preloaded into a node. */
public final class Libraries {
    /** Where Debian and others put it, by architecture. */
    private static final List<Path> FAKETIME = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"),
            Path.of("/usr/lib/faketime/libfaketime.so.1"),
            Path.of("/usr/lib64/faketime/libfaketime.so.1"));

    private Libraries() {}

    /** The library that fakes the wall clock, if it is installed. */
    public static Optional<Path> faketime() {
        return FAKETIME.stream().filter(Files::isReadable).findFirst();
    }
}
