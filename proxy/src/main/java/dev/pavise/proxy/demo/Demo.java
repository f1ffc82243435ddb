package dev.pavise.proxy.demo;

import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.server.ProxyServer;
import dev.pavise.proxy.server.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * A running demonstration: an agent runtime on loopback, and a gateway in front of it with a throwaway CA, an operator who may do everything
 * and a reader who may list agents.
 */
public final class Demo implements AutoCloseable {
    private static final Duration TOKEN_LIFE = Duration.ofHours(12);

    private final DemoAgent agent;
    private final ProxyServer gateway;
    private final DemoFolder folder;
    private final String operatorToken;
    private final String readerToken;

    private Demo(DemoAgent agent, ProxyServer gateway, DemoFolder folder) throws IOException {
        this.agent = agent;
        this.gateway = gateway;
        this.folder = folder;
        this.operatorToken = folder.operatorToken();
        this.readerToken = DemoToken.of("reader", folder.issuerSecret(), Instant.now(), TOKEN_LIFE);
    }

    /**
     * Starts it.
     *
     * @param place the folder for its files, made if it is not there
     * @param port 0 for any free one
     */
    public static Demo start(Path place, int port) throws IOException, DemoFailure {
        refuseTakenPort(port);
        DemoAgent agent = DemoAgent.start(0);
        try {
            DemoFolder folder = DemoFolder.write(place.toAbsolutePath().normalize(), port, agent.uri());
            ProxyServer gateway = ProxyServer.start(load(folder), withoutTokens());
            return new Demo(agent, gateway, folder);
        } catch (StartFailure failure) {
            agent.close();
            throw new DemoFailure(String.valueOf(failure.getMessage()), failure);
        } catch (IOException | RuntimeException failure) {
            agent.close();
            throw failure;
        }
    }

    // Told before anything is written: the commonest failure of a second demonstration.
    private static void refuseTakenPort(int port) throws DemoFailure {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException taken) {
            throw new DemoFailure("port " + port + " on 127.0.0.1 is in use; name another one by --port", taken);
        }
    }

    private static GatewayConfig load(DemoFolder folder) {
        return switch (ConfigLoader.load(folder.config(), withoutTokens())) {
            case ConfigResult.Loaded loaded -> loaded.config();
            case ConfigResult.Invalid invalid ->
                throw new IllegalStateException("the demonstration's own configuration is wrong: " + invalid.errors());
        };
    }

    /** The demonstration makes its own operator token: one of the environment may belong to something real. */
    private static EnvironmentLookup withoutTokens() {
        return name -> null;
    }

    String url() {
        return gateway.url();
    }

    Path ca() {
        Path ca = gateway.ca();
        if (ca == null) {
            throw new IllegalStateException("the demonstration has no certificate authority");
        }
        return ca;
    }

    DemoFolder folder() {
        return folder;
    }

    String operatorToken() {
        return operatorToken;
    }

    String readerToken() {
        return readerToken;
    }

    /** What there is to try, with commands to copy. */
    public String guide() {
        return DemoGuide.text(this, agent);
    }

    @Override
    public void close() {
        gateway.close();
        agent.close();
    }
}
