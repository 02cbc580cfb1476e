package io.omnirelay.transport;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.omnirelay.test.v1.BehaveRequest;
import io.omnirelay.test.v1.BookResponse;
import io.omnirelay.test.v1.EchoRequest;
import io.omnirelay.test.v1.Everything;
import io.omnirelay.test.v1.LibraryServiceGrpc;
import io.omnirelay.test.v1.LibraryServiceGrpc.LibraryServiceBlockingStub;
import io.omnirelay.test.v1.WatchBooksRequest;
import io.omnirelay.transport.client.OmniRelayChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** gRPC over HTTP/2, by grpc-java's own client on our channel. */
class GrpcTest {
    private final LibraryFixture library = new LibraryFixture(
            TransportLimits.builder().requestBodyBytesMax(100_000).build());
    private final List<ManagedChannel> channels = new ArrayList<>();

    @AfterEach
    void stop() {
        channels.forEach(ManagedChannel::shutdownNow);
        library.close();
    }

    private ManagedChannel channel(TlsMaterial tls) {
        ManagedChannel channel = OmniRelayChannel.builder("127.0.0.1", library.server.grpcPort())
                .tls(tls)
                .userAgent("test")
                .build();
        channels.add(channel);
        return channel;
    }

    private LibraryServiceBlockingStub stub() {
        return LibraryServiceGrpc.newBlockingStub(channel(TestPki.anonymous())).withDeadlineAfter(30, SECONDS);
    }

    private static BehaveRequest behave(String what) {
        return BehaveRequest.newBuilder().setWhat(what).build();
    }

    @Test
    void call_certificateAndMetadata_reachTheService() {
        Metadata headers = new Metadata();
        headers.put(LibraryFixture.AUTHORIZATION, "Bearer x");
        LibraryServiceBlockingStub identified = LibraryServiceGrpc.newBlockingStub(ClientInterceptors.intercept(
                channel(TestPki.client()), MetadataUtils.newAttachHeadersInterceptor(headers)));

        assertThat(identified.behave(behave("caller")).getText())
                .isEqualTo(TestPki.CLIENT_ID + " grpc;protobuf Bearer x PRIVACY_AND_INTEGRITY true");
        assertThat(stub().behave(behave("caller")).getText()).startsWith("anonymous grpc;protobuf null");
    }

    @Test
    void call_answerNamesTransport_andCallIsCounted() throws Exception {
        AtomicReference<Metadata> headers = new AtomicReference<>();
        stub().withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()))
                .behave(behave("caller"));

        assertThat(headers.get().get(Metadata.Key.of(NegotiatedTransport.HEADER, Metadata.ASCII_STRING_MARSHALLER)))
                .isEqualTo("grpc;protobuf");
        Await.until(() -> !library.summaries.isEmpty());
        TransportEvents.RequestSummary summary = library.summaries.remove();
        assertThat(summary.method()).isEqualTo("omnirelay.test.v1.LibraryService/Behave");
        assertThat(summary.transport()).isEqualTo(NegotiatedTransport.GRPC);
        assertThat(summary.grpcStatus()).isZero();
        assertThat(summary.requestBytes()).isPositive();
        assertThat(summary.responseBytes()).isPositive();
        assertThat(library.connections).contains("opened http2");
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void registryError_everyCode_arrivesWhole(ErrorCode code) {
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> stub().behave(BehaveRequest.newBuilder()
                        .setWhat("registry-error")
                        .setText(code.name())
                        .build()));

        assertThat(failure.getStatus().getCode().value())
                .isEqualTo(code.grpcStatus().code());
        RegistryException error = Errors.of(failure);
        assertThat(error.code()).isEqualTo(code);
        assertThat(error.detail().getHint()).isEqualTo("what to do");
        assertThat(error.detail().getApplied()).isEqualTo(code.applied());
        assertThat(error.detail().getLeaderHint()).isEqualTo("node-2");
        assertThat(error.detail().getRetryDelay()).isEqualTo(RegistryException.millis(1500));
    }

    @Test
    void deadline_passes_bothSidesSee() throws Exception {
        LibraryServiceBlockingStub connected = stub();
        connected.behave(behave("caller"));

        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> connected.withDeadlineAfter(1_000, MILLISECONDS).behave(behave("never")));

        assertThat(Errors.of(failure).code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(library.cancelled.await(12, SECONDS)).isTrue();
    }

    @Test
    void request_tooLarge_isRefusedAndTheConnectionLives() {
        LibraryServiceBlockingStub stub = stub();
        EchoRequest big = EchoRequest.newBuilder()
                .setEverything(Everything.newBuilder().setABytes(ByteString.copyFrom(new byte[200_000])))
                .build();

        assertThatThrownBy(() -> stub.echo(big)).hasMessageContaining("RESOURCE_EXHAUSTED");
        assertThat(stub.behave(behave("caller")).getText()).isNotEmpty();
    }

    @Test
    void answer_tooLargeForTheCaller_isRefused() {
        ManagedChannel small = OmniRelayChannel.builder("127.0.0.1", library.server.grpcPort())
                .tls(TestPki.anonymous())
                .messageBytesMax(1000)
                .build();
        channels.add(small);

        assertThatThrownBy(() -> LibraryServiceGrpc.newBlockingStub(small)
                        .behave(BehaveRequest.newBuilder()
                                .setWhat("big")
                                .setNumber(5000)
                                .build()))
                .hasMessageContaining("RESOURCE_EXHAUSTED");
    }

    @Test
    void stream_allMessagesCome() {
        List<BookResponse> seen = new ArrayList<>();
        stub().watchBooks(WatchBooksRequest.newBuilder().setCount(500).build()).forEachRemaining(seen::add);

        assertThat(seen).hasSize(500).last().returns(500L, BookResponse::getRevision);
    }

    @Test
    void service_throws_doesNotTellWhy() {
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> stub().behave(behave("throw")));

        assertThat(Errors.of(failure).code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(failure).hasMessageNotContaining("secret");
    }

    @Test
    void health_followsTheServer() {
        HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(channel(TestPki.anonymous()));

        assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
                .isEqualTo(ServingStatus.SERVING);
        library.server.health().setStatus("", ServingStatus.NOT_SERVING);
        assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
                .isEqualTo(ServingStatus.NOT_SERVING);
    }

    @Test
    void reflection_listsTheServices() throws Exception {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> ask = ServerReflectionGrpc.newStub(channel(TestPki.anonymous()))
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse value) {
                        answer.complete(value);
                    }

                    @Override
                    public void onError(Throwable t) {
                        answer.completeExceptionally(t);
                    }

                    @Override
                    public void onCompleted() {}
                });
        ask.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());

        assertThat(answer.get(30, SECONDS).getListServicesResponse().getServiceList())
                .extracting("name")
                .contains("omnirelay.test.v1.LibraryService", "grpc.health.v1.Health");
        ask.onCompleted();
    }

    @Test
    void certificate_ofAnotherAuthority_isRefused() {
        JdkSslContext tls = new JdkSslContext(
                TestPki.strangersContext(),
                true,
                null,
                IdentityCipherSuiteFilter.INSTANCE,
                new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "h2"),
                ClientAuth.NONE,
                new String[] {"TLSv1.3"},
                false);
        ManagedChannel stranger = NettyChannelBuilder.forAddress("127.0.0.1", library.server.grpcPort())
                .sslContext(tls)
                .build();
        channels.add(stranger);

        assertThatThrownBy(() -> LibraryServiceGrpc.newBlockingStub(stranger).behave(behave("caller")))
                .hasMessageContaining("UNAVAILABLE");
    }

    @Test
    void server_underAnotherName_isRefusedUnlessOverridden() {
        TlsMaterial tls = TestPki.anonymous();
        ManagedChannel wrong = OmniRelayChannel.builder("127.0.0.1", library.server.grpcPort())
                .tls(tls)
                .overrideAuthority("elsewhere.example")
                .build();
        ManagedChannel right = OmniRelayChannel.builder("127.0.0.1", library.server.grpcPort())
                .tls(tls)
                .overrideAuthority("localhost")
                .build();
        channels.addAll(List.of(wrong, right));

        assertThatThrownBy(() -> LibraryServiceGrpc.newBlockingStub(wrong).behave(behave("caller")))
                .hasMessageContaining("UNAVAILABLE");
        assertThat(LibraryServiceGrpc.newBlockingStub(right)
                        .behave(behave("caller"))
                        .getText())
                .isNotEmpty();
    }

    @Test
    void server_ofAnotherAuthority_isRefused() {
        assertThatThrownBy(() -> LibraryServiceGrpc.newBlockingStub(channel(new TlsMaterial(null, null, null)))
                        .behave(behave("caller")))
                .hasMessageContaining("UNAVAILABLE");
    }

    @Test
    void unknownMethod_isCountedAsUnknown() throws Exception {
        assertThatThrownBy(() -> io.grpc.stub.ClientCalls.blockingUnaryCall(
                        channel(TestPki.anonymous()),
                        LibraryServiceGrpc.getBehaveMethod().toBuilder()
                                .setFullMethodName("a.b.C/Invented")
                                .build(),
                        io.grpc.CallOptions.DEFAULT,
                        behave("caller")))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
        Await.until(() -> library.summaries.stream().anyMatch(s -> s.method().equals("unknown")));
    }
}
