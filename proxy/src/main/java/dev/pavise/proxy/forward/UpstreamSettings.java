package dev.pavise.proxy.forward;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says of one upstream.
 *
 * @param name for logs, metrics and details of failures
 * @param endpoints at least one; requests are balanced over them
 * @param healthCheck null where endpoints are judged by the requests they get alone
 */
public record UpstreamSettings(
        String name,
        UpstreamProtocol protocol,
        List<UpstreamEndpoint> endpoints,
        UpstreamLimits limits,
        @Nullable HealthCheck healthCheck) {
    /** So many that a set of endpoints fits a long. */
    private static final int MOST_ENDPOINTS = 64;

    public UpstreamSettings {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty() || endpoints.size() > MOST_ENDPOINTS) {
            throw new IllegalArgumentException(
                    "upstream `" + name + "` has " + endpoints.size() + " urls; it needs 1 to " + MOST_ENDPOINTS);
        }
    }

    /** The check to make, where there is one. */
    public Optional<HealthCheck> check() {
        return Optional.ofNullable(healthCheck);
    }
}
