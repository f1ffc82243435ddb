package dev.pavise.policy.tool;

import java.time.Duration;

/**
 * What one run of a tool may use: memory and CPU time as its manifest says, which is no more than its policy allows, the
 * rest as the policy says. None of them is ever "unlimited".
 *
 * @param wall from start to end, waiting included
 * @param scratchMb the size of the folder that is the run's own and goes with it
 */
public record RunLimits(int memoryMb, int cpuSeconds, Duration wall, int scratchMb) {
    public RunLimits {
        if (memoryMb < 1 || cpuSeconds < 1 || wall.isNegative() || wall.isZero() || scratchMb < 0) {
            throw new IllegalArgumentException("a run needs memory, CPU time and wall time");
        }
    }
}
