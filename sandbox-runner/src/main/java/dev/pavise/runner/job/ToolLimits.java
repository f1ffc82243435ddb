package dev.pavise.runner.job;

import dev.pavise.policy.tool.PolicyName;
import dev.pavise.policy.tool.RunLimits;
import dev.pavise.policy.tool.VerifiedTool;
import dev.pavise.runner.config.LimitsConfig;
import dev.pavise.runner.run.Limits;
import java.time.Duration;

/** Where the run of a verified tool ends: at what was signed, and for what a manifest has no say in, at the runner's own limits. */
final class ToolLimits {
    private static final long MIB = 1 << 20;

    private ToolLimits() {}

    static Limits of(VerifiedTool tool, LimitsConfig runner) {
        RunLimits signed = tool.limits();
        boolean restricted = tool.manifest().policy() == PolicyName.RESTRICTED;
        return new Limits(
                signed.memoryMb() * MIB,
                Duration.ofSeconds(signed.cpuSeconds()),
                signed.wall(),
                signed.scratchMb() * MIB,
                runner.outputKept(),
                runner.outputBytes(),
                restricted ? Math.min(runner.processes(), Limits.RESTRICTED.processes()) : runner.processes(),
                restricted ? Math.min(runner.openFiles(), Limits.RESTRICTED.openFiles()) : runner.openFiles());
    }
}
