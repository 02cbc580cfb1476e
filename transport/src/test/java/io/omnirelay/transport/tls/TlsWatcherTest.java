package io.omnirelay.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnirelay.pki.Credential;
import io.omnirelay.pki.TestAuthority;
import io.omnirelay.transport.Await;
import io.omnirelay.transport.ServerTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changed files, good and bad, as an operator or an orchestrator leaves them. */
class TlsWatcherTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final TestAuthority ca = TestAuthority.create("CA");
    private final Credential first = ca.server(DAY);
    private final Credential second = ca.server(DAY);
    private final List<ServerTls> used = Collections.synchronizedList(new ArrayList<>());
    private final TlsWatcher watcher = new TlsWatcher(InstantSource.system());

    @TempDir
    private Path root;

    @AfterEach
    void stop() {
        watcher.close();
    }

    private WatchedTls watch(PemFiles files) throws Exception {
        return watcher.watch("test", files.files(), false, used::add);
    }

    private String inUse() {
        return used.get(used.size() - 1).main().certificateChainPem();
    }

    @Test
    void look_changeFoundTwice_isUsed() throws Exception {
        PemFiles files = new PemFiles(root).put(first, ca.pem());
        WatchedTls watched = watch(files);
        files.put(second, ca.pem());

        watched.look();
        assertThat(inUse()).as("perhaps half written").isEqualTo(first.certificatePem());
        watched.look();

        assertThat(inUse()).isEqualTo(second.certificatePem());
        assertThat(watched.status().reloads()).isEqualTo(1);
        assertThat(watched.status().problem()).isNull();
        assertThat(watched.status().certificates().get(0).serial())
                .isEqualTo(second.certificate().getSerialNumber().toString(16));
    }

    @Test
    void look_nothingChanged_usesNothing() throws Exception {
        WatchedTls watched = watch(new PemFiles(root).put(first, ca.pem()));
        watched.look();
        watched.look();
        watched.reload();
        assertThat(used).hasSize(1);
        assertThat(watched.status().reloads()).isZero();
    }

    @Test
    void look_linkIsSwapped_asAnOrchestratorDoes() throws Exception {
        new PemFiles(root.resolve("..v1")).put(first, ca.pem());
        new PemFiles(root.resolve("..v2")).put(second, ca.pem());
        Files.createSymbolicLink(root.resolve("..data"), Path.of("..v1"));
        for (String name : List.of("tls.crt", "tls.key", "ca.crt")) {
            Files.createSymbolicLink(root.resolve(name), Path.of("..data", name));
        }
        WatchedTls watched = watcher.watch("test", PemFiles.in(root), false, used::add);
        assertThat(inUse()).isEqualTo(first.certificatePem());

        Files.createSymbolicLink(root.resolve("..tmp"), Path.of("..v2"));
        Files.move(root.resolve("..tmp"), root.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        watched.look();
        watched.look();

        assertThat(inUse()).isEqualTo(second.certificatePem());
    }

    @Test
    void look_certificateBeforeItsKey_isRefusedUntilTheKeyComes() throws Exception {
        WatchedTls watched = watch(new PemFiles(root).put(first, ca.pem()));
        Files.writeString(root.resolve("tls.crt"), second.certificatePem());
        for (int i = 0; i < 4; i++) {
            watched.look();
        }
        assertThat(inUse()).isEqualTo(first.certificatePem());
        assertThat(watched.status().problem()).contains("does not belong to its private key");
        assertThat(watched.status().failures()).as("once per content").isEqualTo(1);

        Files.writeString(root.resolve("tls.key"), second.privateKeyPem());
        watched.look();
        watched.look();

        assertThat(inUse()).isEqualTo(second.certificatePem());
        assertThat(watched.status().problem()).isNull();
    }

    @Test
    void look_fileGone_keepsWhatIsInUseAndForgivesWhenItIsBack() throws Exception {
        PemFiles files = new PemFiles(root).put(first, ca.pem());
        WatchedTls watched = watch(files);
        Files.delete(root.resolve("tls.key"));
        watched.look();
        assertThat(watched.status().problem()).contains("cannot be read");

        files.put(first, ca.pem());
        watched.look();
        watched.look();

        assertThat(used).hasSize(1);
        assertThat(watched.status().problem()).isNull();
    }

    @Test
    void reload_expired_isRefused() throws Exception {
        PemFiles files = new PemFiles(root).put(first, ca.pem());
        WatchedTls watched = watch(files);
        files.put(TestAuthority.tenDaysAgo("Old").server(DAY), ca.pem());

        watcher.reload();

        assertThat(used).hasSize(1);
        assertThat(watched.status().problem()).contains("has expired at");
    }

    @Test
    void reload_notPem_isRefused() throws Exception {
        WatchedTls watched = watch(new PemFiles(root).put(first, ca.pem()));
        Files.writeString(root.resolve("tls.crt"), "not a certificate");
        watcher.reload();
        assertThat(watched.status().problem()).contains("the certificate");
        Files.writeString(root.resolve("tls.crt"), "");
        watcher.reload();
        assertThat(watched.status().problem()).contains("no certificate");
        assertThat(watched.status().failures()).isEqualTo(2);
        assertThat(used).hasSize(1);
    }

    @Test
    void reload_caReplacedAtOnce_isRefused_appendedAndThenRemoved_isUsed() throws Exception {
        TestAuthority next = TestAuthority.create("Next CA");
        PemFiles files = new PemFiles(root).put(first, ca.pem());
        WatchedTls watched = watch(files);

        files.put(first, next.pem());
        watcher.reload();
        assertThat(watched.status().problem()).contains("append the new CA");
        assertThat(used).hasSize(1);

        files.put(first, ca.pem() + next.pem());
        watcher.reload();
        files.put(second, next.pem());
        watcher.reload();

        assertThat(watched.status().problem()).isNull();
        assertThat(watched.status().reloads()).isEqualTo(2);
        assertThat(used.get(used.size() - 1).main().trustedCaPem()).isEqualTo(next.pem());
    }

    @Test
    void reload_targetRefuses_keepsWhatIsInUse() throws Exception {
        PemFiles files = new PemFiles(root).put(first, ca.pem());
        WatchedTls watched = watcher.watch("test", files.files(), false, tls -> {
            if (tls.main().certificateChainPem().equals(second.certificatePem())) {
                throw new IllegalArgumentException("not for me");
            }
            used.add(tls);
        });
        files.put(second, ca.pem());
        watcher.reload();
        assertThat(watched.status().problem()).isEqualTo("not for me");
        assertThat(used).hasSize(1);
    }

    @Test
    void reload_memberOfAnotherCa_isRefused() throws Exception {
        PemFiles files = new PemFiles(root).put(first, ca.pem());
        WatchedTls watched = watcher.watch("members", files.files(), true, used::add);
        files.put(TestAuthority.create("Stranger").server(DAY), ca.pem());
        watcher.reload();
        assertThat(watched.status().problem()).contains("no trusted CA has signed");
        assertThat(used).hasSize(1);
    }

    @Test
    void watch_expiredToBeginWith_isUsedAndSaid() throws Exception {
        Credential expired = TestAuthority.tenDaysAgo("Old").server(DAY);
        WatchedTls watched = watch(new PemFiles(root).put(expired, ca.pem()));
        assertThat(used).hasSize(1);
        assertThat(watched.status().problem()).contains("has expired");
        assertThat(watched.status().remaining(InstantSource.system().instant())).isNegative();
    }

    @Test
    void start_looksByItself() throws Exception {
        PemFiles files = new PemFiles(root).put(first, ca.pem());
        WatchedTls watched = watch(files);
        watcher.start(Duration.ofMillis(10));
        files.put(second, ca.pem());
        Await.until(() -> watched.status().reloads() == 1);
        assertThat(inUse()).isEqualTo(second.certificatePem());
    }
}
