package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Expected output in files; {@code -Dgolden.update=true} writes them anew, for review. */
final class Goldens {
    private Goldens() {}

    static void check(String name, String actual) throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(Path.of("src/test/resources/golden", name), actual);
            return;
        }
        try (InputStream expected = Goldens.class.getResourceAsStream("/golden/" + name)) {
            assertThat(expected).as("golden %s", name).isNotNull();
            assertThat(actual).isEqualTo(new String(expected.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
