package io.omnirelay.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialFilesTest {
    @TempDir
    Path directory;

    private CredentialFiles files;

    @BeforeEach
    void join() throws IOException {
        SecretFiles.write(directory.resolve("k"), "key 1");
        SecretFiles.write(directory.resolve("c"), "certificate 1");
        files = new CredentialFiles(directory, "k", "c");
    }

    private String read(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void replace_changesBothUnderTheirNames_forTheirOwnerAlone() throws IOException {
        files.replace("1", "2", "key 2", "certificate 2");

        assertThat(read("k")).isEqualTo("key 2");
        assertThat(read("c")).isEqualTo("certificate 2");
        for (String name : List.of("k", "c")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(".certificate-2"))))
                .isEqualTo("rwx------");
    }

    @Test
    void replace_again_keepsThePairBefore_andNoOlder() throws IOException {
        files.replace("1", "2", "key 2", "certificate 2");
        files.replace("2", "3", "key 3", "certificate 3");

        assertThat(read("k")).isEqualTo("key 3");
        assertThat(read("c")).isEqualTo("certificate 3");
        assertThat(names()).containsExactly(".certificate-2", ".certificate-3", ".current", "c", "k");
        assertThat(read(".certificate-2/k")).isEqualTo("key 2");
    }

    @Test
    void replace_thatWasCutOffHalfway_leavesAPair_andIsDoneNextTime() throws IOException {
        // As it is before the two names lead through the link.
        Files.createDirectory(directory.resolve(".certificate-1"));
        SecretFiles.write(directory.resolve(".certificate-1/k"), "key 1");
        SecretFiles.write(directory.resolve(".certificate-1/c"), "certificate 1");
        Files.createSymbolicLink(directory.resolve(".current"), Path.of(".certificate-1"));
        Files.delete(directory.resolve("k"));
        Files.createSymbolicLink(directory.resolve("k"), Path.of(".current/k"));
        assertThat(read("k")).isEqualTo("key 1");

        files.replace("1", "2", "key 2", "certificate 2");

        assertThat(read("k")).isEqualTo("key 2");
        assertThat(read("c")).isEqualTo("certificate 2");
    }

    @Test
    void replace_afterAnotherJoinInTheSameDirectory_startsFromThat() throws IOException {
        files.replace("1", "2", "key 2", "certificate 2");
        SecretFiles.write(directory.resolve("k"), "key 7");
        SecretFiles.write(directory.resolve("c"), "certificate 7");

        files.replace("7", "8", "key 8", "certificate 8");

        assertThat(read("c")).isEqualTo("certificate 8");
        assertThat(read(".certificate-7/k")).isEqualTo("key 7");
    }
}
