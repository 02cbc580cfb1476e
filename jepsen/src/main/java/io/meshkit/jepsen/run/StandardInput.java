package io.meshkit.jepsen.run;

import java.io.IOException;

/** The process that started this one holds its standard input open: when that ends, so does this. */
final class StandardInput {
    /** As after Ctrl-C. */
    private static final int INTERRUPTED = 130;

    private StandardInput() {}

    static void endWithIt() {
        Thread.ofPlatform().daemon().name("standard-input").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Nobody writes anything.
                }
            } catch (IOException e) {
                // As good as its end.
            }
            System.exit(INTERRUPTED);
        });
    }
}
