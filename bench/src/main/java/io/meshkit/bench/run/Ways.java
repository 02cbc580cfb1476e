package io.meshkit.bench.run;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.meshkit.bench.systems.AsyncOperation;
import io.meshkit.bench.systems.Dataset;
import io.meshkit.client.Endpoint;
import io.meshkit.v1.GetShardRequest;
import io.meshkit.v1.GetShardResponse;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.ReadOptions;
import io.meshkit.v1.ShardServiceGrpc;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.client.OmniRelayChannel;
import io.omnirelay.transport.client.http3.Http3Channel;
import io.omnirelay.transport.tls.PemMaterial;
import io.omnirelay.transport.tls.TrustedCas;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** One connection to one node for each way, all with the same credential, asking for the same shards. Thread-safe. */
final class Ways implements AutoCloseable {
    private static final int CALL_WITHIN_S = 10;
    private static final int OK = 200;

    private final Dataset dataset;
    private final Map<Way, AsyncOperation> operations = new EnumMap<>(Way.class);
    private final List<Runnable> closing = new ArrayList<>();

    /**
     * Connects.
     *
     * @param trustedCaPem of the CA that has signed the node's certificate
     * @param token        bearer token
     * @throws IOException if the node cannot be reached by one of the ways
     */
    Ways(List<Way> ways, Endpoint node, String trustedCaPem, String token, Dataset dataset)
            throws IOException, InterruptedException {
        this.dataset = dataset;
        try {
            for (Way way : ways) {
                operations.put(way, open(way, node, TlsMaterial.trusting(trustedCaPem), "Bearer " + token));
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    AsyncOperation of(Way way) {
        AsyncOperation operation = operations.get(way);
        if (operation == null) {
            throw new IllegalArgumentException("not opened: " + way);
        }
        return operation;
    }

    private AsyncOperation open(Way way, Endpoint node, TlsMaterial tls, String authorization)
            throws IOException, InterruptedException {
        return switch (way) {
            case GRPC_H2 ->
                grpc(
                        OmniRelayChannel.builder(node.host(), node.grpcPort())
                                .tls(tls)
                                .build(),
                        authorization);
            case GRPC_H2_HTTPS ->
                grpc(
                        OmniRelayChannel.builder(node.host(), node.httpsPort())
                                .tls(tls)
                                .build(),
                        authorization);
            case GRPC_H3 ->
                grpc(
                        Http3Channel.builder(node.host(), node.httpsPort())
                                .tls(tls)
                                .build(),
                        authorization);
            case REST_H3 -> {
                RestHttp3 client = new RestHttp3(node.host(), node.httpsPort(), tls, authorization);
                closing.add(client::close);
                yield sequence -> client.get(path()).thenApply(Ways::requireOk);
            }
            case REST_H2 -> restHttp2(node, tls, authorization);
        };
    }

    private AsyncOperation grpc(ManagedChannel channel, String authorization) {
        closing.add(channel::shutdownNow);
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
        Channel credentialed =
                ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
        return sequence -> {
            Once answer = new Once();
            ClientCalls.asyncUnaryCall(
                    credentialed.newCall(
                            ShardServiceGrpc.getGetShardMethod(),
                            CallOptions.DEFAULT.withDeadlineAfter(CALL_WITHIN_S, TimeUnit.SECONDS)),
                    request(),
                    answer);
            return answer.done;
        };
    }

    private AsyncOperation restHttp2(Endpoint node, TlsMaterial tls, String authorization)
            throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(trusting(String.valueOf(tls.trustedCaPem())))
                .version(HttpClient.Version.HTTP_2)
                .build();
        closing.add(client::shutdownNow);
        HttpRequest.Builder builder = HttpRequest.newBuilder()
                .timeout(Duration.ofSeconds(CALL_WITHIN_S))
                .header("accept", "application/json")
                .header("authorization", authorization);
        String origin = "https://" + node.host() + ":" + node.httpsPort();
        // One connection before the load, or every first request would make its own.
        client.send(builder.copy().uri(URI.create(origin + path())).build(), BodyHandlers.discarding());
        return sequence -> client.sendAsync(
                        builder.copy().uri(URI.create(origin + path())).build(), BodyHandlers.ofByteArray())
                .thenApply(response -> requireOk(response.statusCode()));
    }

    private static SSLContext trusting(String caPem) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, new TrustManager[] {TrustedCas.of(List.of(PemMaterial.certificates(caPem)))}, null);
            return context;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("the CA certificate cannot be used", e);
        }
    }

    private String anyShard() {
        return dataset.shardId(ThreadLocalRandom.current().nextInt(dataset.keys()));
    }

    private GetShardRequest request() {
        return GetShardRequest.newBuilder()
                .setRead(ReadOptions.newBuilder().setLevel(ReadLevel.READ_LEVEL_LOCAL))
                .setNamespace(dataset.namespace())
                .setShardId(anyShard())
                .build();
    }

    private String path() {
        return "/meshkit/shards/" + dataset.namespace() + "/" + anyShard() + "?read.level=local";
    }

    private static int requireOk(int status) {
        if (status != OK) {
            throw new CompletionException(new IOException("HTTP status " + status));
        }
        return 0;
    }

    @Override
    public void close() {
        closing.forEach(Runnable::run);
    }

    /** A unary answer as a future. */
    private static final class Once implements StreamObserver<GetShardResponse> {
        private final CompletableFuture<Integer> done = new CompletableFuture<>();

        @Override
        public void onNext(GetShardResponse value) {}

        @Override
        public void onError(Throwable t) {
            done.completeExceptionally(t);
        }

        @Override
        public void onCompleted() {
            done.complete(0);
        }
    }
}
