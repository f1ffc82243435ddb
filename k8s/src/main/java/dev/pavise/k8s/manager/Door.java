package dev.pavise.k8s.manager;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.pavise.k8s.manager.config.LimitsConfig;
import dev.pavise.proxy.config.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** Where callers come in: HTTP/1.1 over TLS 1.3 and nothing older, on virtual threads, with bounds on connections, head, and time. */
final class Door implements AutoCloseable {
    private static final int BACKLOG = 128;
    private static final int CONNECTIONS_FOR_EACH_EXCHANGE = 4;

    private final HttpsServer server;
    private final ExecutorService threads;

    private Door(HttpsServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    static Door open(HostPort address, LimitsConfig limits, SSLContext context, HttpHandler handler)
            throws IOException {
        bound(limits);
        HttpsServer server = HttpsServer.create(address.socketAddress(), BACKLOG);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters only = getSSLContext().getDefaultSSLParameters();
                only.setProtocols(new String[] {"TLSv1.3"});
                parameters.setSSLParameters(only);
            }
        });
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.createContext("/", handler);
        server.start();
        return new Door(server, threads);
    }

    // The server of the JDK takes its bounds from the process, once; what the operator set there stays.
    private static void bound(LimitsConfig limits) {
        Map<String, Long> bounds = Map.of(
                "sun.net.httpserver.maxReqTime",
                limits.requestTimeout().toSeconds(),
                "sun.net.httpserver.maxRspTime",
                60L,
                "sun.net.httpserver.idleInterval",
                30L,
                "sun.net.httpserver.maxReqHeaders",
                64L,
                "sun.net.httpserver.maxReqHeaderSize",
                32L << 10,
                "jdk.httpserver.maxConnections",
                (long) limits.exchanges() * CONNECTIONS_FOR_EACH_EXCHANGE);
        bounds.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, Long.toString(value));
            }
        });
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    /** As a client on this machine would write it. */
    String url() {
        InetSocketAddress address = address();
        String host = address.getAddress().isAnyLocalAddress()
                ? "localhost"
                : address.getAddress().getHostAddress();
        return "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Ends at once; what was under way was waited for before. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
