package dev.pavise.runner.config;

import dev.pavise.policy.tool.ToolPolicy;
import dev.pavise.runner.egress.EgressLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a runner is told.
 *
 * @param trustedKeys the folder of the keys that may sign tools; the runner's own, never shared with a gateway's
 * @param receiptKey what receipts are signed with; null for one in the data folder, made at the first start
 * @param kubernetes where the backend of that name runs tools; null where it is not named
 * @param egress what a native tool may use of the network, if its manifest names hosts
 * @param policies by tool id, for manifests that ask for `custom`
 * @param metrics null for no door for metrics
 */
public record RunnerConfig(
        Endpoint listen,
        TlsConfig tls,
        Path trustedKeys,
        Path dataDir,
        @Nullable Path receiptKey,
        List<BackendName> backends,
        @Nullable KubernetesConfig kubernetes,
        LimitsConfig limits,
        EgressLimits egress,
        Map<String, ToolPolicy> policies,
        @Nullable MetricsConfig metrics) {
    /** Copies list and map. */
    public RunnerConfig {
        backends = List.copyOf(backends);
        policies = Map.copyOf(policies);
    }
}
