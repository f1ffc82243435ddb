package dev.pavise.runner;

import dev.pavise.policy.tool.ToolKind;
import dev.pavise.runner.config.RunnerConfig;
import dev.pavise.runner.run.Backend;
import dev.pavise.runner.server.StartFailure;
import java.util.Map;

/** Makes what runs tools. */
@FunctionalInterface
interface Backends {
    /** Every backend that the configuration names, or a reason why one of them cannot hold what it promises on this machine; then none is left open. */
    Map<ToolKind, Backend> open(RunnerConfig config) throws StartFailure;
}
