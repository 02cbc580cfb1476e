package io.meshkit.server.node;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.ServerCallStreamObserver;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.internal.v1.CheckpointPart;
import io.meshkit.raft.Replica;
import io.meshkit.storage.DurableFiles;
import io.omnirelay.transport.Errors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a checkpoint and streams it to a member that has fallen too far behind.
 *
 * <p>One at a time, at a bounded rate and never ahead of what the receiver takes, so that catching up costs
 * the quorum little. Thread: any number; each transfer has a virtual thread of its own, because gRPC tells
 * that the receiver is ready on the call's own thread.
 */
final class CheckpointSender {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointSender.class);
    private static final int CHUNK_BYTES = 256 * 1024;

    private final Replica replica;
    private final Path workDirectory;
    private final long bytesPerSecond;
    private final Semaphore one = new Semaphore(1);

    /**
     * @param workDirectory  on the file system of the store, so that a checkpoint is made of links
     * @param bytesPerSecond 0: no limit
     */
    CheckpointSender(Replica replica, Path workDirectory, long bytesPerSecond) {
        this.replica = replica;
        this.workDirectory = workDirectory;
        this.bytesPerSecond = bytesPerSecond;
    }

    void send(ServerCallStreamObserver<CheckpointPart> observer) {
        Semaphore ready = new Semaphore(0);
        observer.setOnReadyHandler(ready::release);
        observer.setOnCancelHandler(ready::release);
        Thread.ofVirtual().name("checkpoint-sender").start(() -> run(new Transfer(observer, ready)));
    }

    private void run(Transfer transfer) {
        if (!one.tryAcquire()) {
            transfer.observer.onError(Errors.toGrpc(RegistryException.of(
                    ErrorCode.OVERLOADED, "another member is fetching a checkpoint", "try again in a while")));
            return;
        }
        try {
            Files.createDirectories(workDirectory);
            Path directory = workDirectory.resolve("sending-" + System.nanoTime());
            try {
                replica.checkpoint(directory);
                transfer.sendAll(directory);
            } finally {
                DurableFiles.deleteTree(directory);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("sending a checkpoint failed", e);
            transfer.fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            one.release();
        }
    }

    /** One stream of parts. */
    private final class Transfer {
        private final ServerCallStreamObserver<CheckpointPart> observer;
        private final Semaphore ready;
        private final MessageDigest manifest = Sha256.start();
        private final long startedNanos = System.nanoTime();
        private long sentBytes;

        Transfer(ServerCallStreamObserver<CheckpointPart> observer, Semaphore ready) {
            this.observer = observer;
            this.ready = ready;
        }

        void sendAll(Path directory) throws IOException, InterruptedException {
            List<Path> files;
            try (Stream<Path> walk = Files.walk(directory)) {
                files = walk.filter(Files::isRegularFile).sorted().toList();
            }
            for (Path file : files) {
                sendFile(directory.relativize(file).toString(), file);
            }
            send(CheckpointPart.newBuilder()
                    .setManifest(CheckpointPart.Manifest.newBuilder()
                            .setFiles(files.size())
                            .setSizeBytes(sentBytes)
                            .setSha256(ByteString.copyFrom(manifest.digest())))
                    .build());
            observer.onCompleted();
            LOG.info("sent a checkpoint of {} files, {} bytes", files.size(), sentBytes);
        }

        private void sendFile(String path, Path file) throws IOException, InterruptedException {
            send(CheckpointPart.newBuilder()
                    .setBegin(
                            CheckpointPart.FileBegin.newBuilder().setPath(path).setSizeBytes(Files.size(file)))
                    .build());
            MessageDigest content = Sha256.start();
            try (InputStream in = Files.newInputStream(file)) {
                for (byte[] chunk = in.readNBytes(CHUNK_BYTES); chunk.length > 0; chunk = in.readNBytes(CHUNK_BYTES)) {
                    content.update(chunk);
                    send(CheckpointPart.newBuilder()
                            .setData(UnsafeByteOperations.unsafeWrap(chunk))
                            .build());
                    sentBytes += chunk.length;
                    throttle();
                }
            }
            byte[] hash = content.digest();
            manifest.update(path.getBytes(StandardCharsets.UTF_8));
            manifest.update(hash);
            send(CheckpointPart.newBuilder()
                    .setEnd(CheckpointPart.FileEnd.newBuilder().setSha256(ByteString.copyFrom(hash)))
                    .build());
        }

        private void send(CheckpointPart part) throws IOException, InterruptedException {
            while (!observer.isReady()) {
                if (observer.isCancelled()) {
                    throw new IOException("the receiver has gone");
                }
                ready.acquire();
            }
            observer.onNext(part);
        }

        private void throttle() throws InterruptedException {
            if (bytesPerSecond > 0) {
                double dueNanos = sentBytes * 1e9 / bytesPerSecond;
                long aheadNanos = (long) dueNanos - (System.nanoTime() - startedNanos);
                if (aheadNanos > 0) {
                    TimeUnit.NANOSECONDS.sleep(aheadNanos);
                }
            }
        }

        void fail(Exception cause) {
            if (!observer.isCancelled()) {
                observer.onError(Errors.toGrpc(
                        cause instanceof RegistryException known
                                ? known
                                : RegistryException.of(
                                        ErrorCode.INTERNAL, "the checkpoint could not be sent", "see the log", cause)));
            }
        }
    }
}
