package dev.pavise.k8s.webhook;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.pavise.k8s.inject.Injector;
import dev.pavise.k8s.inject.config.InjectorConfig;
import dev.pavise.proxy.pem.BadMaterialException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLParameters;

/**
 * Serves the webhook over TLS 1.3, on virtual threads. Connections, questions at once, their size and their time are bounded.
 */
public final class WebhookServer implements AutoCloseable {
    private static final int BACKLOG = 128;
    private static final Duration TLS_FILES_INTERVAL = Duration.ofSeconds(1);
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final HttpsServer server;
    private final ExecutorService threads;
    private final RenewedTls tls;
    private final WebhookHandler handler;

    private WebhookServer(HttpsServer server, ExecutorService threads, RenewedTls tls, WebhookHandler handler) {
        this.server = server;
        this.threads = threads;
        this.tls = tls;
        this.handler = handler;
    }

    /** Listens from here on. */
    public static WebhookServer start(InjectorConfig config) throws IOException, BadMaterialException {
        bound(config.limits().connections());
        RenewedTls tls = new RenewedTls(config.tls(), TLS_FILES_INTERVAL);
        try {
            HttpsServer server = HttpsServer.create(config.listen(), BACKLOG);
            server.setHttpsConfigurator(
                    configurator(tls, !config.tls().clientNames().isEmpty()));
            ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
            server.setExecutor(threads);
            WebhookHandler handler = new WebhookHandler(config, judge(config));
            server.createContext("/", handler);
            server.start();
            return new WebhookServer(server, threads, tls, handler);
        } catch (IOException e) {
            tls.close();
            throw new IOException("cannot listen at " + config.listen() + ": " + e.getMessage(), e);
        }
    }

    private static AdmissionJudge judge(InjectorConfig config) {
        Set<String> exempt = new HashSet<>(config.exemptNamespaces());
        exempt.add(config.namespace());
        return new AdmissionJudge(new Injector(config.sidecar()), exempt);
    }

    /** The JDK's server takes these bounds from the system's properties, and only before its first use. An operator's own win. */
    private static void bound(int connections) {
        setUnlessSet("jdk.httpserver.maxConnections", connections);
        setUnlessSet("sun.net.httpserver.maxReqTime", 5);
        setUnlessSet("sun.net.httpserver.maxRspTime", 5);
        setUnlessSet("sun.net.httpserver.maxReqHeaders", 64);
        setUnlessSet("sun.net.httpserver.maxReqHeaderSize", 16_384);
    }

    private static void setUnlessSet(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }

    private static HttpsConfigurator configurator(RenewedTls tls, boolean asksForCertificate) {
        return new HttpsConfigurator(tls.context()) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
                wanted.setProtocols(new String[] {"TLSv1.3"});
                // Wanted and not needed: the kubelet's probes show none. Whoever asks about a pod has to.
                wanted.setWantClientAuth(asksForCertificate);
                parameters.setSSLParameters(wanted);
            }
        };
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Takes no more questions, answers those that it has, and closes. */
    @Override
    public void close() {
        handler.drain(DRAIN);
        server.stop(0);
        threads.close();
        tls.close();
    }
}
