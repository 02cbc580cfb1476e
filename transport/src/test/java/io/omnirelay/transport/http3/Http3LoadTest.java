package io.omnirelay.transport.http3;

import static io.omnirelay.transport.http3.RawHttp3.head;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.omnirelay.test.v1.BehaveRequest;
import io.omnirelay.test.v1.BehaveResponse;
import io.omnirelay.test.v1.InteropServiceGrpc;
import io.omnirelay.test.v1.LibraryServiceGrpc;
import io.omnirelay.test.v1.StreamingOutputRequest;
import io.omnirelay.test.v1.StreamingOutputResponse;
import io.omnirelay.transport.Await;
import io.omnirelay.transport.LibraryFixture;
import io.omnirelay.transport.TestPki;
import io.omnirelay.transport.TransportEvents.RequestSummary;
import io.omnirelay.transport.TransportLimits;
import io.omnirelay.transport.client.http3.Http3Channel;
import io.omnirelay.transport.grpc.InteropFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many streams and connections at once, and callers that take nothing: all are served, and memory stays bounded. */
@Timeout(240)
class Http3LoadTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);

    /** Direct memory that 1,000 waiting streams on up to 200 connections may take, client and server together. */
    private static final long WAITING_BYTES_MAX = 64 << 20;

    /** As far as QUIC's windows grow for a connection that reads fast. */
    private static final long AHEAD_BYTES_MAX = 24 << 20;

    private static final int EVENTS = 500_000;

    private static long directBytes() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    @ParameterizedTest
    @CsvSource({"1, 1000", "200, 5"})
    void thousandStreams_waitTogether_allAnswered_memoryBounded(int connections, int streams) throws Exception {
        TransportLimits limits =
                TransportLimits.builder().streamsPerConnectionMax(1_000).build();
        long before = directBytes();
        List<Http3Channel> channels = new ArrayList<>();
        try (LibraryFixture library = new LibraryFixture(limits)) {
            List<CompletableFuture<String>> answers = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                Http3Channel channel = Http3Channel.builder("localhost", library.server.httpsPort())
                        .tls(TestPki.anonymous())
                        .build();
                channels.add(channel);
                for (int j = 0; j < streams; j++) {
                    answers.add(waitingCall(channel));
                }
            }
            // Every one is on the server at the same time, and none has been answered.
            Await.until(PATIENCE_NANOS, () -> library.waiting.get() == connections * streams);
            assertThat(library.connections.stream().filter("opened http3"::equals))
                    .hasSize(connections);
            assertThat(answers).noneMatch(CompletableFuture::isDone);
            assertThat(directBytes() - before).isLessThan(WAITING_BYTES_MAX);

            library.gate.countDown();
            for (CompletableFuture<String> answer : answers) {
                assertThat(answer.get(90, TimeUnit.SECONDS)).isEqualTo("waited");
            }
            channels.forEach(Http3Channel::shutdownNow);
            Await.until(
                    PATIENCE_NANOS,
                    () -> library.connections.stream()
                                    .filter("closed http3"::equals)
                                    .count()
                            == connections);
        } finally {
            channels.forEach(Http3Channel::shutdownNow);
        }
    }

    private static CompletableFuture<String> waitingCall(Http3Channel channel) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        LibraryServiceGrpc.newStub(channel)
                .withWaitForReady()
                .behave(BehaveRequest.newBuilder().setWhat("wait").build(), new StreamObserver<>() {
                    @Override
                    public void onNext(BehaveResponse value) {
                        answer.complete(value.getText());
                    }

                    @Override
                    public void onError(Throwable t) {
                        answer.completeExceptionally(t);
                    }

                    @Override
                    public void onCompleted() {}
                });
        return answer;
    }

    @Test
    void eventStream_nobodyReads_isCutAtTheLimit() throws Exception {
        int unsentMax = 64 << 10;
        try (LibraryFixture library = new LibraryFixture(
                        TransportLimits.builder().unsentBytesMax(unsentMax).build());
                RawHttp3 client = new RawHttp3(library.server.httpsPort())) {
            client.sendAndNeverRead(head("GET", "/library/books:watch?count=" + EVENTS + "&then=never"));

            Await.until(PATIENCE_NANOS, () -> !library.summaries.isEmpty());
            RequestSummary summary = library.summaries.peek();
            // What waits here, what the caller's window holds, and what the congestion window has under way.
            assertThat(summary.responseBytes()).isLessThan(unsentMax + RawHttp3.STREAM_WINDOW_BYTES + (1 << 20));
            assertThat(library.cancelled.await(90, TimeUnit.SECONDS)).isTrue();
            // Nobody else is hurt.
            assertThat(client.get("/healthz").status()).isEqualTo(200);
        }
    }

    /** A window that grew while the caller was fast is the most that it gets ahead once it stops. */
    @Test
    void grpc_readerStopsAfterAFastStart_serverIsHeldBack() throws Exception {
        int messageBytes = 10_000;
        int fast = 2_000;
        try (InteropFixture server = new InteropFixture()) {
            Http3Channel channel = Http3Channel.builder("localhost", server.server.httpsPort())
                    .tls(TestPki.anonymous())
                    .build();
            AtomicReference<ClientCallStreamObserver<StreamingOutputRequest>> call = new AtomicReference<>();
            Semaphore received = new Semaphore(0);
            InteropServiceGrpc.newStub(channel)
                    .streamingOutputCall(
                            StreamingOutputRequest.newBuilder()
                                    .setFloodSize(messageBytes)
                                    .build(),
                            new ClientResponseObserver<StreamingOutputRequest, StreamingOutputResponse>() {
                                @Override
                                public void beforeStart(ClientCallStreamObserver<StreamingOutputRequest> stream) {
                                    stream.disableAutoRequestWithInitial(fast);
                                    call.set(stream);
                                }

                                @Override
                                public void onNext(StreamingOutputResponse value) {
                                    received.release();
                                }

                                @Override
                                public void onError(Throwable t) {}

                                @Override
                                public void onCompleted() {}
                            });
            assertThat(received.tryAcquire(fast, 90, TimeUnit.SECONDS)).isTrue();
            long ahead = settled(server) - (long) fast * messageBytes;
            assertThat(ahead).as("bytes sent ahead").isLessThan(AHEAD_BYTES_MAX);
            assertThat(received.availablePermits()).isZero();

            // And it goes on from there.
            call.get().request(fast);
            assertThat(received.tryAcquire(fast, 90, TimeUnit.SECONDS)).isTrue();
            call.get().cancel("enough", null);
            assertThat(server.sawCancellation()).isTrue();
            channel.shutdownNow();
        }
    }

    /** The flooded bytes, once they have not grown for a while. */
    private static long settled(InteropFixture server) throws InterruptedException {
        long last = -1;
        long now = server.floodedBytes.get();
        while (now != last) {
            last = now;
            Thread.sleep(500);
            now = server.floodedBytes.get();
        }
        return now;
    }
}
