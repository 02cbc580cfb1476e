package io.omnirelay.transport.grpc.bridge;

import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.omnirelay.transport.TransportEvents;
import io.omnirelay.transport.TransportLimits;
import io.omnirelay.transport.grpc.wire.GrpcHeaders;
import io.omnirelay.transport.http.BodyBudget;
import io.omnirelay.transport.http.ConnectionInfo;
import io.omnirelay.transport.http.InFlight;
import io.omnirelay.transport.http.StreamProtocol;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Serves gRPC on request streams of any version of HTTP that has trailers. Thread: any. */
public final class GrpcBridge implements StreamProtocol {
    private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();
    private final TransportLimits limits;
    private final InFlight inFlight;
    private final BodyBudget budget;
    private final TransportEvents events;
    private final Executor executor;

    /**
     * @param services with their interceptors on
     * @param inFlight counts calls beside the requests of REST
     * @param budget   holds messages that have not been handed over, and those of calls of one request to their end
     */
    public GrpcBridge(
            Collection<ServerServiceDefinition> services,
            TransportLimits limits,
            InFlight inFlight,
            BodyBudget budget,
            TransportEvents events,
            Executor executor) {
        this.limits = limits;
        this.inFlight = inFlight;
        this.budget = budget;
        this.events = events;
        this.executor = executor;
        for (ServerServiceDefinition service : services) {
            for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
                methods.put(method.getMethodDescriptor().getFullMethodName(), method);
            }
        }
    }

    @Override
    public boolean takes(HttpRequest request) {
        String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
        return type != null && request.decoderResult().isSuccess() && GrpcHeaders.isGrpc(type);
    }

    @Override
    public ChannelHandler handler(ConnectionInfo connection, Consumer<ChannelHandlerContext> answeredEarly) {
        return new GrpcStream(this, connection, answeredEarly);
    }

    /** @param path slash, service, slash, method */
    @Nullable
    ServerMethodDefinition<?, ?> method(String path) {
        return path.startsWith("/") ? methods.get(path.substring(1)) : null;
    }

    TransportLimits limits() {
        return limits;
    }

    InFlight inFlight() {
        return inFlight;
    }

    BodyBudget budget() {
        return budget;
    }

    TransportEvents events() {
        return events;
    }

    Executor executor() {
        return executor;
    }
}
