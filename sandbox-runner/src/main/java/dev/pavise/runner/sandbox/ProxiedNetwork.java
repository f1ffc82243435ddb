package dev.pavise.runner.sandbox;

import dev.pavise.runner.egress.Destinations;
import dev.pavise.runner.egress.EgressLimits;
import dev.pavise.runner.egress.EgressProxy;
import dev.pavise.runner.run.Connection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** The network of a run whose manifest names hosts: a proxy of its own, outside, and the doorway to it. */
final class ProxiedNetwork implements RunNetwork {
    private final Doorway doorway;
    private final EgressLimits limits;
    private final Path folder;
    private final Path relayFilter;
    private final Path relayOptions;
    private final List<Path> certificates;
    private final List<Connection> connections = new ArrayList<>();
    private final EgressProxy proxy;

    /** Opens the proxy at a socket in this folder, which is the run's. */
    ProxiedNetwork(
            Doorway doorway,
            Destinations destinations,
            EgressLimits limits,
            Path folder,
            Path relayFilter,
            Path relayOptions,
            List<Path> certificates,
            LongSupplier nanos)
            throws IOException {
        this.doorway = doorway;
        this.limits = limits;
        this.folder = folder;
        this.relayFilter = relayFilter;
        this.relayOptions = relayOptions;
        this.certificates = List.copyOf(certificates);
        this.proxy = EgressProxy.open(folder.resolve(Doorway.SOCKET), destinations, limits, this::add, nanos);
    }

    private void add(Connection connection) {
        synchronized (connections) {
            connections.add(connection);
        }
    }

    @Override
    public Sockets sockets() {
        return Sockets.CLIENT;
    }

    @Override
    public OptionalInt port() {
        return OptionalInt.of(Doorway.PORT);
    }

    @Override
    public int processes() {
        return Doorway.processes(limits);
    }

    @Override
    public List<Path> opened() {
        return List.of(folder, relayFilter, relayOptions);
    }

    @Override
    public List<Path> files() {
        return certificates;
    }

    @Override
    public Map<String, String> variables() {
        Map<String, String> variables = new TreeMap<>();
        for (String name :
                List.of("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")) {
            variables.put(name, "http://127.0.0.1:" + Doorway.PORT);
        }
        variables.put("NODE_USE_ENV_PROXY", "1");
        variables.put("no_proxy", "");
        variables.put("NO_PROXY", "");
        certificates.forEach(bundle -> variables.put("SSL_CERT_FILE", bundle.toString()));
        return variables;
    }

    @Override
    public List<String> command(Programs programs, List<String> args) {
        return doorway.command(programs, limits, args);
    }

    @Override
    public List<Connection> end() {
        proxy.close();
        synchronized (connections) {
            return List.copyOf(connections);
        }
    }
}
