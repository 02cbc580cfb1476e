package io.omnirelay.transport.interop;

import io.omnirelay.transport.TestPki;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http3.api.Session;
import org.eclipse.jetty.http3.api.Stream;
import org.eclipse.jetty.http3.client.HTTP3Client;
import org.eclipse.jetty.http3.client.HTTP3ClientQuicConfiguration;
import org.eclipse.jetty.http3.frames.DataFrame;
import org.eclipse.jetty.http3.frames.HeadersFrame;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.quic.quiche.client.QuicheClientQuicConfiguration;
import org.eclipse.jetty.quic.quiche.client.QuicheTransport;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** One HTTP/3 connection of Jetty's, by streams. */
final class JettyHttp3 implements AutoCloseable {
    private final HTTP3Client client;
    private final Session.Client session;
    private final int port;

    /** @param directory for the files by which Jetty hands certificates to its native library */
    JettyHttp3(int port, Path directory) throws Exception {
        this.port = port;
        QuicheClientQuicConfiguration quic =
                HTTP3ClientQuicConfiguration.configure(new QuicheClientQuicConfiguration());
        quic.setPemWorkDirectory(directory);
        // Its defaults leave a server no room for its control streams.
        quic.setUnidirectionalMaxStreams(8);
        quic.setUnidirectionalStreamMaxData(1 << 20);
        client = new HTTP3Client(quic);
        SslContextFactory.Client tls = new SslContextFactory.Client();
        tls.setTrustStore(TestPki.trustStore());
        client.getClientConnector().setSslContextFactory(tls);
        client.start();
        session = this.<Session.Client>await(promise -> client.connect(
                new QuicheTransport(quic),
                tls,
                new InetSocketAddress("localhost", port),
                new Session.Client.Listener() {},
                promise));
    }

    /** @param trailers null if the answer had none */
    record Answer(
            int status,
            HttpFields headers,
            byte[] body,
            @Nullable HttpFields trailers) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** @param body null for none */
    Answer send(String method, String path, HttpFields headers, byte @Nullable [] body) throws Exception {
        Collector collector = new Collector();
        MetaData.Request head = new MetaData.Request(
                method, HttpURI.from("https://localhost:" + port + path), HttpVersion.HTTP_3, headers);
        Stream stream = this.<Stream>await(
                promise -> session.newRequest(new HeadersFrame(head, body == null), collector, promise));
        if (body != null) {
            this.<Stream>await(promise -> stream.data(new DataFrame(ByteBuffer.wrap(body), true), promise));
        }
        return collector.answer.get(30, TimeUnit.SECONDS);
    }

    private <T> T await(Consumer<Promise.Invocable<T>> start) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        start.accept(Promise.Invocable.toPromise(result));
        return result.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        client.stop();
    }

    private static final class Collector implements Stream.Client.Listener {
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private volatile MetaData.@Nullable Response head;

        @Override
        public void onResponse(Stream.Client stream, HeadersFrame frame) {
            head = (MetaData.Response) frame.getMetaData();
            if (frame.isLast()) {
                complete(null);
            } else {
                stream.demand();
            }
        }

        @Override
        public void onDataAvailable(Stream.Client stream) {
            Content.Chunk chunk = stream.read();
            if (chunk == null) {
                stream.demand();
            } else if (Content.Chunk.isFailure(chunk)) {
                answer.completeExceptionally(chunk.getFailure());
            } else {
                ByteBuffer bytes = chunk.getByteBuffer();
                byte[] part = new byte[bytes.remaining()];
                bytes.get(part);
                body.writeBytes(part);
                boolean last = chunk.isLast();
                chunk.release();
                if (last) {
                    complete(null);
                } else {
                    stream.demand();
                }
            }
        }

        @Override
        public void onTrailer(Stream.Client stream, HeadersFrame frame) {
            complete(frame.getMetaData().getHttpFields());
        }

        @Override
        public void onFailure(Stream.Client stream, long error, Throwable failure) {
            answer.completeExceptionally(failure);
        }

        private void complete(@Nullable HttpFields trailers) {
            MetaData.Response response = head;
            answer.complete(new Answer(response.getStatus(), response.getHttpFields(), body.toByteArray(), trailers));
        }
    }
}
