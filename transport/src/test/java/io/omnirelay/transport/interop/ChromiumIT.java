package io.omnirelay.transport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnirelay.transport.LibraryFixture;
import io.omnirelay.transport.TestPki;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server as a browser sees it: Debian's package {@code chromium}, skipped where that is missing. */
@Timeout(120)
class ChromiumIT {
    private static final String CLIENT = "chromium";

    @TempDir
    Path directory;

    @BeforeAll
    static void findClient() {
        InstalledClient.assumeInstalled(CLIENT, "chromium");
    }

    private String show(int port, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + directory.resolve("profile"),
                "--ignore-certificate-errors-spki-list=" + TestPki.serverKeyHash(),
                "--virtual-time-budget=12000",
                "--dump-dom"));
        arguments.addAll(List.of(options));
        arguments.add("https://127.0.0.1:" + port + "/page");
        InstalledClient.Output output = new InstalledClient(CLIENT, directory).run(90, arguments);
        assertThat(output.out()).as("stderr: %s", output.err()).contains("\ndone");
        return output.out();
    }

    private static void assertServed(String page, String transport) {
        assertThat(page)
                .contains("get=200 b1 " + transport + ";json\n")
                .contains("post=200 300000\n")
                .contains("problem=400 application/problem+json INVALID_REQUEST\n")
                .contains("events=1 2 3\n")
                .contains("grpc=200 12\n");
    }

    @Test
    void quic_pageFetchesAndEvents_areHttp3() throws Exception {
        try (LibraryFixture library = new LibraryFixture()) {
            int port = library.server.httpsPort();
            String page = show(port, "--origin-to-force-quic-on=127.0.0.1:" + port);

            assertServed(page, "http3");
            assertThat(page).contains("protocols=h3\n");
            assertThat(library.connections).contains("opened http3").doesNotContain("opened http2");
        }
    }

    @Test
    void withoutQuic_pageFetchesAndEvents_areHttp2() throws Exception {
        try (LibraryFixture library = new LibraryFixture()) {
            String page = show(library.server.httpsPort(), "--disable-quic");

            assertServed(page, "http2");
            assertThat(page).contains("protocols=h2\n");
            assertThat(library.connections).contains("opened http2").doesNotContain("opened http3");
        }
    }
}
