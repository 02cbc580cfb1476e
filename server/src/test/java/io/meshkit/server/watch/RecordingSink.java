package io.meshkit.server.watch;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.WatchResponse;
import io.omnirelay.transport.EncodedMessage;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** A receiver that keeps what it gets, and takes more only while it is told to. */
final class RecordingSink implements Sink {
    private final List<WatchResponse> received = new ArrayList<>();
    volatile boolean ready = true;
    /** Messages that it takes. */
    volatile int limit = Integer.MAX_VALUE;

    private boolean cut;
    volatile boolean completed;
    volatile RegistryException failure;
    volatile RegistryException revoked;

    @Override
    public boolean isReady() {
        return ready && received().size() < limit;
    }

    @Override
    public synchronized void send(EncodedMessage message) {
        if (cut) {
            return;
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        message.protobuf().forEach(whole::writeBytes);
        try {
            received.add(WatchResponse.parseFrom(whole.toByteArray()));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /** The connection breaks: what is sent from now on is lost. */
    synchronized void cut() {
        cut = true;
        ready = false;
    }

    @Override
    public void complete() {
        completed = true;
    }

    @Override
    public void fail(RegistryException error) {
        failure = error;
    }

    @Override
    public void revalidate() {
        if (revoked != null) {
            throw revoked;
        }
    }

    synchronized List<WatchResponse> received() {
        return List.copyOf(received);
    }

    synchronized List<WatchResponse> changes() {
        return received.stream().filter(WatchResponse::hasChange).toList();
    }

    List<Long> revisions() {
        return changes().stream().map(WatchResponse::getRevision).toList();
    }

    boolean hasSynced() {
        return received().stream().anyMatch(WatchResponse::hasSynced);
    }

    /** The newest revision of any message, 0 before the first. */
    synchronized long reached() {
        return received.isEmpty() ? 0 : received.getLast().getRevision();
    }

    /** The last token that is not empty. */
    synchronized String token() {
        return received.reversed().stream()
                .map(WatchResponse::getResumeToken)
                .filter(token -> !token.isEmpty())
                .findFirst()
                .orElse("");
    }
}
