package dev.pavise.proxy.tool;

import dev.pavise.policy.tool.ToolVerifier;
import dev.pavise.proxy.config.ToolsConfig;

/**
 * What one configuration says of tools: who may sign, how much may be asked for, which it gives itself, and who runs them. Goes out of force with the
 * snapshot of that configuration; runs under way end with the runner they began with.
 */
public record ToolRules(ToolsConfig config, ToolVerifier verifier, ToolBook given, Runner runner)
        implements AutoCloseable {
    @Override
    public void close() {
        runner.close();
    }
}
