package io.omnirelay.transport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnirelay.transport.LibraryFixture;
import io.omnirelay.transport.TestPki;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** REST over TCP as curl speaks it, with a CA that is verified; skipped where curl is missing. */
@Timeout(120)
class CurlIT {
    private static final String CLIENT = "curl";
    private static LibraryFixture library;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() {
        InstalledClient.assumeInstalled(CLIENT, "curl");
        library = new LibraryFixture();
    }

    @AfterAll
    static void stop() {
        if (library != null) {
            library.close();
        }
    }

    /** Head and body, then the version of HTTP. */
    private String ask(String version, String path, String... options) throws Exception {
        Path ca = directory.resolve("ca.pem");
        Files.writeString(ca, Objects.requireNonNull(TestPki.anonymous().trustedCaPem()));
        List<String> arguments = new ArrayList<>(List.of(
                "--silent",
                "--show-error",
                "--max-time",
                "15",
                "--noproxy",
                "*",
                "--cacert",
                ca.toString(),
                version,
                "--include",
                "--write-out",
                "\nversion=%{http_version}"));
        arguments.addAll(List.of(options));
        arguments.add("https://localhost:" + library.server.httpsPort() + path);
        InstalledClient.Output output = new InstalledClient(CLIENT, directory).run(20, arguments);
        assertThat(output.err()).isEmpty();
        return output.out();
    }

    @ParameterizedTest
    @CsvSource({"--http2, 2, http2", "--http1.1, 1.1, http1.1"})
    void get_isAnswered_altSvcNamesHttp3(String option, String version, String transport) throws Exception {
        assertThat(ask(option, "/library/books/b1"))
                .startsWith("HTTP/" + version + " 200")
                .contains("x-omnirelay-transport: " + transport + ";json")
                .contains("alt-svc: h3=\":" + library.server.httpsPort() + "\"; ma=86400")
                .contains("\"id\":\"b1\"")
                .endsWith("version=" + version);
    }

    @ParameterizedTest
    @CsvSource({"--http2, 2", "--http1.1, 1.1"})
    void post_isAnswered(String option, String version) throws Exception {
        Path body = directory.resolve("body");
        Files.writeString(body, "{\"book\":{\"id\":\"b1\",\"title\":\"" + "t".repeat(300_000) + "\"}}");

        assertThat(ask(
                        option,
                        "/library/books",
                        "--header",
                        "content-type: application/json",
                        "--data-binary",
                        "@" + body))
                .contains("HTTP/" + version + " 200")
                .contains("{\"book\":{\"id\":\"b1\"")
                .contains("t".repeat(300_000));
    }

    @ParameterizedTest
    @CsvSource({"--http2, 2", "--http1.1, 1.1"})
    void events_areStreamed(String option, String version) throws Exception {
        String answer = ask(option, "/library/books:watch?count=3", "--no-buffer");

        assertThat(answer).startsWith("HTTP/" + version + " 200").contains("content-type: text/event-stream");
        assertThat(answer.lines().filter(line -> line.startsWith("data: "))).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"--http2, 2", "--http1.1, 1.1"})
    void unknownPath_isProblem(String option, String version) throws Exception {
        assertThat(ask(option, "/nowhere"))
                .startsWith("HTTP/" + version + " 404")
                .contains("content-type: application/problem+json")
                .contains("\"code\":\"NOT_FOUND\"");
    }
}
