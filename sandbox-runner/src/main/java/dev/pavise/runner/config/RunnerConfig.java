package dev.pavise.runner.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * All that a runner is told.
 *
 * @param trustedKeys the folder of the keys that may sign tools; the runner's own, never shared with a gateway's
 * @param receiptKey what receipts are signed with; null for one in the data folder, made at the first start
 * @param metrics null for no door for metrics
 */
public record RunnerConfig(
        Endpoint listen,
        TlsConfig tls,
        Path trustedKeys,
        Path dataDir,
        @Nullable Path receiptKey,
        LimitsConfig limits,
        @Nullable MetricsConfig metrics) {}
