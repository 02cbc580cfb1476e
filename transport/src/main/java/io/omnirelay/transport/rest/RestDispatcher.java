package io.omnirelay.transport.rest;

import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail.Applied;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.omnirelay.transport.NegotiatedTransport.Encoding;
import io.omnirelay.transport.Problem;
import io.omnirelay.transport.Route;
import io.omnirelay.transport.TransportEvents;
import io.omnirelay.transport.TransportLimits;
import io.omnirelay.transport.http.Exchange;
import io.omnirelay.transport.http.ExchangeHandler;
import io.omnirelay.transport.http.InFlight;
import io.omnirelay.transport.http.RequestHead;
import io.omnirelay.transport.json.Suggestions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Finds out what a request wants, and has it done on the executor. */
public final class RestDispatcher implements ExchangeHandler {
    /** The method of what matches nothing, in summaries: callers cannot invent new ones. */
    private static final String UNKNOWN = "unknown";

    private static final String IDENTITY = "identity";

    private final Router<HttpRuleBinding> router = new Router<>();
    private final PlainRoutes routes;
    private final TransportLimits limits;
    private final TransportEvents events;
    private final Executor executor;
    private final InFlight inFlight;

    /**
     * @param inFlight counts requests beside the calls of gRPC
     * @throws IllegalArgumentException if an HTTP rule is malformed, or two bind the same
     */
    public RestDispatcher(
            Collection<ServerServiceDefinition> services,
            List<Route> plainRoutes,
            TransportLimits limits,
            InFlight inFlight,
            TransportEvents events,
            Executor executor) {
        this.limits = limits;
        this.inFlight = inFlight;
        this.events = events;
        this.executor = executor;
        this.routes = new PlainRoutes(plainRoutes);
        for (ServerServiceDefinition service : services) {
            for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
                for (HttpRuleBinding binding : HttpRuleBinding.of(method)) {
                    router.add(binding.httpMethod(), binding.template(), binding);
                }
            }
        }
    }

    @Override
    public void reject(Exchange exchange, Problem problem) {
        new RestExchange(exchange, Encoding.JSON, UNKNOWN, events).fail(problem, null);
    }

    @Override
    public void handle(Exchange exchange) {
        if (!inFlight.tryBegin()) {
            reject(exchange, overloaded("Too many requests are in flight (requestsInFlightMax)"));
            return;
        }
        exchange.ended().thenRun(inFlight::end);
        try {
            dispatch(exchange);
        } catch (RegistryException e) {
            reject(exchange, Problem.of(e, exchange.head().path(), ""));
        }
    }

    private void dispatch(Exchange exchange) {
        RequestHead head = exchange.head();
        Route route = routes.find(head.path());
        if (route != null) {
            plain(exchange, route);
            return;
        }
        if (head.target().equals("*")) {
            options(exchange, Set.of("GET", "POST", "PUT", "PATCH", "DELETE"));
            return;
        }
        Router.Match<HttpRuleBinding> match;
        try {
            match = router.find(head.method().equals("HEAD") ? "GET" : head.method(), head.path());
        } catch (IllegalArgumentException e) {
            reject(exchange, Problem.of(400, ErrorCode.INVALID_REQUEST, "The path " + e.getMessage(), ""));
            return;
        }
        HttpRuleBinding binding = match.target();
        if (binding != null) {
            call(exchange, binding, match.variables());
        } else if (match.allowed().isEmpty()) {
            reject(exchange, notFound(head.path()));
        } else if (head.method().equals("OPTIONS")) {
            options(exchange, match.allowed());
        } else {
            notAllowed(exchange, match.allowed());
        }
    }

    private void plain(Exchange exchange, Route route) {
        String method = exchange.head().method();
        if (route.methods().contains(method.equals("HEAD") ? "GET" : method)) {
            RestExchange rest = new RestExchange(exchange, Encoding.RAW, route.path(), events);
            try {
                executor.execute(() -> routes.answer(rest, route));
            } catch (RejectedExecutionException e) {
                rest.fail(overloaded("The server takes no more work"), null);
            }
        } else if (method.equals("OPTIONS")) {
            options(exchange, route.methods());
        } else {
            notAllowed(exchange, route.methods());
        }
    }

    private void call(Exchange exchange, HttpRuleBinding binding, List<String> variables) {
        RequestHead head = exchange.head();
        Encoding body = MediaTypes.ofBody(head.headers().get(HttpHeaderNames.CONTENT_TYPE));
        if (body == null && exchange.body().length > 0) {
            reject(
                    exchange,
                    Problem.of(
                            415,
                            ErrorCode.INVALID_REQUEST,
                            "Content-Type \"" + head.headers().get(HttpHeaderNames.CONTENT_TYPE) + "\" is not served",
                            "Send " + MediaTypes.JSON + " or " + MediaTypes.PROTOBUF));
            return;
        }
        String coding = head.headers().get(HttpHeaderNames.CONTENT_ENCODING, IDENTITY);
        if (!coding.equalsIgnoreCase(IDENTITY) && exchange.body().length > 0) {
            reject(
                    exchange,
                    Problem.of(
                            415,
                            ErrorCode.INVALID_REQUEST,
                            "Content-Encoding \"" + coding + "\" is not served",
                            "Send the body uncompressed"));
            return;
        }
        List<String> accept = head.headers().getAll(HttpHeaderNames.ACCEPT);
        Encoding answer = binding.streams()
                ? (MediaTypes.acceptsEvents(accept) ? Encoding.JSON : null)
                : MediaTypes.accepted(accept);
        if (answer == null) {
            String offer = binding.streams() ? MediaTypes.EVENT_STREAM : MediaTypes.JSON + " or " + MediaTypes.PROTOBUF;
            reject(
                    exchange,
                    Problem.of(406, ErrorCode.INVALID_REQUEST, "No accepted media type is served", "Accept " + offer));
            return;
        }
        @Nullable Duration timeout = timeout(head, binding);
        start(exchange, binding, binding.method(), variables, body == null ? Encoding.JSON : body, answer, timeout);
    }

    private <Q, R> void start(
            Exchange exchange,
            HttpRuleBinding binding,
            ServerMethodDefinition<Q, R> method,
            List<String> variables,
            Encoding body,
            Encoding answer,
            @Nullable Duration timeout) {
        String name = method.getMethodDescriptor().getFullMethodName();
        RestExchange rest = new RestExchange(exchange, answer, name, events);
        RestReply reply = binding.streams() ? new EventStreamReply(rest) : new UnaryReply(binding, rest);
        RestCall<Q, R> call = new RestCall<>(
                binding,
                method,
                exchange,
                variables,
                body,
                rest.negotiated(),
                reply,
                timeout == null ? null : RestCall.deadline(timeout.toNanos()),
                executor);
        if (binding.streams()) {
            // A stream may last for days; how many there may be is the service's to say.
            inFlight.end();
            exchange.ended().thenRun(inFlight::begin);
        }
        try {
            call.start();
        } catch (RejectedExecutionException e) {
            rest.fail(overloaded("The server takes no more work"), null);
        }
    }

    /** A stream goes on until somebody ends it, unless the caller names a time. */
    private @Nullable Duration timeout(RequestHead head, HttpRuleBinding binding) {
        Duration wanted = CallHeaders.timeout(head.headers());
        if (binding.streams()) {
            return wanted;
        }
        if (wanted == null) {
            return limits.requestTimeoutDefault();
        }
        return wanted.compareTo(limits.requestTimeoutMax()) > 0 ? limits.requestTimeoutMax() : wanted;
    }

    private void options(Exchange exchange, Set<String> allowed) {
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        headers.set(HttpHeaderNames.ALLOW, allow(allowed));
        new RestExchange(exchange, Encoding.RAW, UNKNOWN, events).respond(Status.OK, 204, headers, new byte[0]);
    }

    private void notAllowed(Exchange exchange, Set<String> allowed) {
        String allow = allow(allowed);
        Problem problem = Problem.of(
                405,
                ErrorCode.INVALID_REQUEST,
                exchange.head().method() + " is not served at this path",
                "Use " + allow);
        new RestExchange(exchange, Encoding.JSON, UNKNOWN, events).fail(problem, allow);
    }

    private Problem notFound(String path) {
        Set<String> known = new TreeSet<>(router.templates());
        known.addAll(routes.paths());
        String hint = Suggestions.hint(path, known);
        return Problem.of(
                404,
                ErrorCode.NOT_FOUND,
                "No resource at this path",
                hint.startsWith("Did") ? hint : "See /openapi.json for the paths that are served");
    }

    private static String allow(Set<String> methods) {
        Set<String> all = new TreeSet<>(methods);
        if (all.contains("GET")) {
            all.add("HEAD");
        }
        all.add("OPTIONS");
        return String.join(", ", all);
    }

    private static Problem overloaded(String message) {
        return new Problem(
                ErrorCode.OVERLOADED.httpStatus(),
                RegistryException.detail(ErrorCode.OVERLOADED, message, "Try again later")
                        .setApplied(Applied.APPLIED_NO)
                        .setRetryDelay(RegistryException.millis(1000))
                        .build(),
                "",
                "");
    }
}
