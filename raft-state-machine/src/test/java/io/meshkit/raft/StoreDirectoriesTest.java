package io.meshkit.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A crash is a new instance on the files that are there. */
class StoreDirectoriesTest {
    @TempDir
    Path root;

    private StoreDirectories directories;
    private Path first;

    @BeforeEach
    void firstStart() throws IOException {
        directories = new StoreDirectories(root.resolve("db"));
        first = directories.recover();
        fill(first, "old");
    }

    @Test
    void restart_findsTheSameStore() throws IOException {
        assertThat(restarted()).isEqualTo(first);
        assertThat(content(first)).isEqualTo("old");
    }

    @Test
    void crashWhileFetching_keepsTheOldStoreAndDropsTheDownload() throws IOException {
        Path fetch = directories.newFetch();
        fill(fetch, "half");
        assertThat(restarted()).isEqualTo(first);
        assertThat(fetch).doesNotExist();
    }

    @Test
    void crashBetweenRenameAndPointer_keepsTheOldStore() throws IOException {
        Path fetch = directories.newFetch();
        fill(fetch, "new");
        Files.move(fetch, root.resolve("db/g-0000000002"));
        assertThat(restarted()).isEqualTo(first);
        assertThat(root.resolve("db/g-0000000002")).doesNotExist();
    }

    @Test
    void adopted_isLiveAtOnceWhileTheOldStaysUntilARestart() throws IOException {
        Path fetch = directories.newFetch();
        fill(fetch, "new");
        Path second = directories.adopt(fetch);
        assertThat(directories.live()).isEqualTo(second);
        assertThat(content(first)).isEqualTo("old");
        assertThat(restarted()).isEqualTo(second);
        assertThat(content(second)).isEqualTo("new");
        assertThat(first).doesNotExist();
    }

    @Test
    void fetchAfterAFailedFetch_startsEmpty() throws IOException {
        fill(directories.newFetch(), "half");
        assertThat(directories.newFetch()).isEmptyDirectory();
    }

    @Test
    void damagedPointer_isRefused() throws IOException {
        Files.writeString(root.resolve("db/LIVE"), "../elsewhere");
        assertThatThrownBy(this::restarted).isInstanceOf(IOException.class).hasMessageContaining("LIVE");
    }

    private Path restarted() throws IOException {
        return new StoreDirectories(root.resolve("db")).recover();
    }

    private static void fill(Path store, String content) throws IOException {
        Files.createDirectories(store);
        Files.writeString(store.resolve("data"), content);
    }

    private static String content(Path store) throws IOException {
        return Files.readString(store.resolve("data"));
    }
}
