package dev.pavise.runner.job;

import dev.pavise.policy.signing.TrustedKeyFolder;
import dev.pavise.policy.tool.ToolKind;
import dev.pavise.policy.tool.ToolPolicies;
import dev.pavise.policy.tool.ToolVerifier;
import dev.pavise.runner.config.LimitsConfig;
import dev.pavise.runner.content.ContentStore;
import dev.pavise.runner.metrics.RunnerMetrics;
import dev.pavise.runner.receipt.ReceiptSigner;
import dev.pavise.runner.run.Backend;
import java.time.InstantSource;
import java.util.Map;

/**
 * All that jobs have in common: the runner's own keys, policies and contents, the backends, and what signs receipts. None of it comes from a gateway.
 */
public record Workshop(
        TrustedKeyFolder trust,
        ToolPolicies policies,
        ContentStore contents,
        Map<ToolKind, Backend> backends,
        ReceiptSigner receipts,
        LimitsConfig limits,
        RunnerMetrics metrics,
        InstantSource clock) {
    public Workshop {
        backends = Map.copyOf(backends);
    }

    /** What checks a tool, by the keys of this moment. */
    ToolVerifier verifier() throws TrustedKeyFolder.Unreadable {
        return new ToolVerifier(trust.read(), policies, clock);
    }
}
