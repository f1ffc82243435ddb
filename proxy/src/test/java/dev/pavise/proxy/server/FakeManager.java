package dev.pavise.proxy.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.pavise.proxy.tls.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** A manager over real TLS on a loopback port, which notes what it is asked and answers as it is told. */
public final class FakeManager implements AutoCloseable {
    /** What it was asked. */
    public record Asked(
            String method, String target, String body, String authorization, String requestId, String principal) {}

    /** What is done with a question. */
    @FunctionalInterface
    public interface Behaviour {
        void answer(HttpExchange exchange) throws IOException;

        static Behaviour json(int status, String body) {
            return with(status, status < 400 ? "application/json" : "application/problem+json", body);
        }

        static Behaviour problem(int status, String code) {
            return json(status, "{\"status\":" + status + ",\"code\":\"" + code + "\",\"detail\":\"because\"}");
        }

        static Behaviour with(int status, String type, String body) {
            return exchange -> {
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("content-type", type);
                exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            };
        }
    }

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile Behaviour behaviour = Behaviour.json(200, "{}");

    /** Shows a certificate of this authority for this name. */
    public FakeManager(TestCa ca, String name) throws IOException {
        this(Trust.context(ca.own().certificate(), ca.server(name)));
    }

    private FakeManager(SSLContext tls) throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked.add(new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                    String.valueOf(exchange.getRequestHeaders().getFirst("authorization")),
                    String.valueOf(exchange.getRequestHeaders().getFirst("x-request-id")),
                    String.valueOf(exchange.getRequestHeaders().getFirst("x-pavise-principal"))));
            behaviour.answer(exchange);
        }
    }

    public void answers(Behaviour next) {
        asked.clear();
        behaviour = next;
    }

    public List<Asked> asked() {
        return asked;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
