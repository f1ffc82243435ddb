package dev.pavise.proxy.config;

import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.config.Place;
import dev.pavise.policy.config.Secret;
import dev.pavise.policy.tool.ToolPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which tools may be registered here, and what runs them.
 *
 * @param trustedKeys the folder of the keys that may sign manifests
 * @param policies the bounds of tools whose manifest says {@code policy: custom}, by tool id
 * @param secrets that tools may ask for, by name
 */
public record ToolsConfig(
        Path trustedKeys,
        Map<String, ToolPolicy> policies,
        Map<String, Secret> secrets,
        Runner runner,
        Content content,
        Place place) {

    /** Copies the maps. */
    public ToolsConfig {
        Objects.requireNonNull(trustedKeys);
        Objects.requireNonNull(runner);
        Objects.requireNonNull(content);
        policies = Map.copyOf(policies);
        secrets = Map.copyOf(secrets);
    }

    /**
     * The process that runs tools, reached by mutual TLS alone.
     *
     * @param ca PEM certificates its certificate must lead to, and no others
     * @param cert what the gateway shows to it, together with {@code key}
     * @param serverName the one name its certificate must carry; absent: the host of the URL
     * @param receiptKey the Ed25519 key that its receipts must be signed with; absent: they are handed on unchecked
     * @param queueTimeout how long a run may wait there for its turn, beside what its policy allows for the run itself
     * @param maxInFlight runs that are asked for at a time, those that wait there among them
     */
    public record Runner(
            UpstreamConfig.Url url,
            Path ca,
            Path cert,
            Path key,
            @Nullable String serverName,
            @Nullable Path receiptKey,
            Duration connectTimeout,
            Duration queueTimeout,
            int maxInFlight) {

        /** The name its certificate must carry. */
        public String name() {
            return serverName == null ? url.host() : serverName;
        }
    }

    /**
     * What is kept of the content of tools.
     *
     * @param maxSize of one
     * @param maxTotal of all together; what no manifest names goes first
     */
    public record Content(ByteSize maxSize, ByteSize maxTotal) {}
}
