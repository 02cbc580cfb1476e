package io.meshkit.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.storage.RaftStorageMetadata;
import org.apache.ratis.server.storage.RaftStorageMetadataFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TermVoteGuardTest {
    private final List<RaftStorageMetadata> synced = new ArrayList<>();
    private final List<String> fatals = new ArrayList<>();
    private final MetadataFile file = new MetadataFile();
    private boolean diskFails;
    private final TermVoteGuard guard = new TermVoteGuard(
            directory -> {
                if (diskFails) {
                    throw new IOException("no disk");
                }
                synced.add(file.metadata);
            },
            (message, cause) -> fatals.add(message));

    @BeforeEach
    void attach() {
        guard.attach(file, Path.of("current"));
    }

    @Test
    void everyChangedTermOrVote_isSyncedOnce() throws IOException {
        List<RaftStorageMetadata> changes = List.of(
                RaftStorageMetadata.valueOf(1, null),
                RaftStorageMetadata.valueOf(1, RaftPeerId.valueOf("node-2")),
                RaftStorageMetadata.valueOf(2, RaftPeerId.valueOf("node-2")));
        for (RaftStorageMetadata change : changes) {
            file.persist(change);
            guard.ensureDurable();
            guard.ensureDurable();
        }
        assertThat(synced).isEqualTo(changes);
    }

    @Test
    void failedSync_isFatalAndIsNotTakenForDurable() throws IOException {
        file.persist(RaftStorageMetadata.valueOf(3, null));
        diskFails = true;
        assertThatThrownBy(guard::ensureDurable).isInstanceOf(IOException.class);
        assertThat(fatals).hasSize(1);
        diskFails = false;
        guard.ensureDurable();
        assertThat(synced).containsExactly(RaftStorageMetadata.valueOf(3, null));
    }

    @Test
    void beforeAttach_nothingIsPromisedAndNothingSynced() throws IOException {
        TermVoteGuard fresh = new TermVoteGuard(
                directory -> {
                    throw new IOException("not expected");
                },
                (message, cause) -> {});
        fresh.ensureDurable();
        fresh.syncDirectory();
    }

    private static final class MetadataFile implements RaftStorageMetadataFile {
        private RaftStorageMetadata metadata = RaftStorageMetadata.getDefault();

        @Override
        public RaftStorageMetadata getMetadata() {
            return metadata;
        }

        @Override
        public void persist(RaftStorageMetadata newMetadata) {
            metadata = newMetadata;
        }
    }
}
