package dev.pavise.proxy.config;

import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.config.Place;
import dev.pavise.policy.config.Secret;
import dev.pavise.policy.tool.ToolKind;
import dev.pavise.policy.tool.ToolPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which tools may be registered here, and what runs them.
 *
 * @param trustedKeys the folder of the keys that may sign manifests
 * @param policies the bounds of tools whose manifest says {@code policy: custom}, by tool id
 * @param manifests that are there with the configuration: files, and folders of such
 * @param secrets that tools may ask for, by name
 */
public record ToolsConfig(
        Path trustedKeys,
        List<Path> manifests,
        Map<String, ToolPolicy> policies,
        Map<String, Secret> secrets,
        RunBy runner,
        Content content,
        Place place) {

    /** Copies the maps. */
    public ToolsConfig {
        Objects.requireNonNull(trustedKeys);
        Objects.requireNonNull(runner);
        Objects.requireNonNull(content);
        manifests = List.copyOf(manifests);
        policies = Map.copyOf(policies);
        secrets = Map.copyOf(secrets);
    }

    /** The process that runs tools: one that somebody else started, or one that the gateway starts. */
    public sealed interface RunBy permits Runner, LocalRunner {}

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
            int maxInFlight)
            implements RunBy {

        /** The name its certificate must carry. */
        public String name() {
            return serverName == null ? url.host() : serverName;
        }
    }

    /**
     * The process that runs tools, which the gateway starts beside itself, with certificates of their own.
     *
     * @param user whom it runs as, where the gateway is root; absent: see {@code beside.RunnerUser}
     * @param dataDir the folder that is the runner's; absent: beside or in the gateway's own, see {@code beside.BesideFolder}
     * @param heap of its JVM; tools of kind {@code wasm} share half of it
     * @param concurrent runs at a time
     */
    public record LocalRunner(
            @Nullable String user, @Nullable Path dataDir, List<ToolKind> backends, ByteSize heap, int concurrent)
            implements RunBy {
        /** Copies the list. */
        public LocalRunner {
            backends = List.copyOf(backends);
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
