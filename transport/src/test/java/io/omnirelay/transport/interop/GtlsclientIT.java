package io.omnirelay.transport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnirelay.transport.LibraryFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/3 as ngtcp2's client speaks it: Debian's package {@code ngtcp2-client}, skipped where that is missing. */
@Timeout(120)
class GtlsclientIT {
    private static final String CLIENT = "gtlsclient";

    @TempDir
    Path directory;

    @BeforeAll
    static void findClient() {
        InstalledClient.assumeInstalled(CLIENT, "ngtcp2-client");
    }

    private String run(int port, String path, String... options) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("--exit-on-all-streams-close", "--no-quic-dump", "--download=" + directory));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("127.0.0.1", Integer.toString(port), "https://localhost:" + port + path));
        InstalledClient.Output output = new InstalledClient(CLIENT, directory).run(20, arguments);
        return output.out() + output.err();
    }

    private String downloaded(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    @Test
    void get_isAnswered() throws Exception {
        try (LibraryFixture library = new LibraryFixture()) {
            String log = run(library.server.httpsPort(), "/library/books/b1");

            assertThat(downloaded("b1")).contains("\"id\":\"b1\"");
            assertThat(log).contains("http3;json");
        }
    }

    @Test
    void post_isAnswered() throws Exception {
        Path body = directory.resolve("body");
        Files.writeString(body, "{\"book\":{\"id\":\"b1\",\"title\":\"" + "t".repeat(300_000) + "\"}}");
        try (LibraryFixture library = new LibraryFixture()) {
            run(library.server.httpsPort(), "/library/books", "-m", "POST", "-d", body.toString());

            assertThat(downloaded("books"))
                    .startsWith("{\"book\":{\"id\":\"b1\"")
                    .hasSizeGreaterThan(300_000);
        }
    }

    @Test
    void events_areStreamed() throws Exception {
        try (LibraryFixture library = new LibraryFixture()) {
            run(library.server.httpsPort(), "/library/books:watch?count=3");

            assertThat(downloaded("books:watch?count=3")).isNotEmpty();
        }
    }

    @Test
    void address_isValidatedByRetry() throws Exception {
        try (LibraryFixture library = new LibraryFixture()) {
            assertThat(run(library.server.httpsPort(), "/healthz")).containsIgnoringCase("retry");
            assertThat(downloaded("healthz")).isEqualTo("ok");
        }
    }
}
