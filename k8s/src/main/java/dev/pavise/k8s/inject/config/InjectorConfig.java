package dev.pavise.k8s.inject.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All of {@code injector.yaml}.
 *
 * @param namespace Pavise's own, where nothing is injected
 * @param exemptNamespaces others that are left alone, besides those of the system
 * @param metricsToken a file that holds the bearer token for {@code /metrics}; null for no metrics
 */
public record InjectorConfig(
        InetSocketAddress listen,
        Tls tls,
        String namespace,
        Set<String> exemptNamespaces,
        SidecarConfig sidecar,
        Limits limits,
        @Nullable Path metricsToken) {
    public InjectorConfig {
        exemptNamespaces = Set.copyOf(exemptNamespaces);
    }

    /**
     * What the injector shows, and whom it lets ask.
     *
     * @param clientCa whose certificates callers have to show; null where the API server has none to show
     * @param clientNames what names such a certificate bears; empty only without {@code clientCa}
     */
    public record Tls(Path cert, Path key, @Nullable Path clientCa, List<String> clientNames) {
        public Tls {
            clientNames = List.copyOf(clientNames);
        }
    }

    /**
     * Every bound.
     *
     * @param timeout for a place among {@code concurrent}
     */
    public record Limits(int concurrent, int connections, long reviewBytes, Duration timeout) {}
}
