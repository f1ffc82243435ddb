package dev.pavise.policy.tool;

import java.time.Duration;

/**
 * The most that a manifest may ask for. One that asks for more is refused and never clamped, so that a tool does not run
 * under other limits than those that were signed.
 *
 * @param wall how long a run may take, waiting included; a manifest has no say in it
 * @param scratchMb the size of the folder that is a run's own; a manifest has no say in it
 */
public record ToolPolicy(
        String name, int memoryMb, int cpuSeconds, Duration wall, int scratchMb, Reach files, Reach network) {
    /** What a manifest gets that names no policy. */
    public static final ToolPolicy DEFAULT =
            new ToolPolicy("default", 256, 30, Duration.ofSeconds(60), 64, new Reach.AsNamed(), new Reach.AsNamed());

    /** Computing, and nothing but that. */
    public static final ToolPolicy RESTRICTED =
            new ToolPolicy("restricted", 64, 5, Duration.ofSeconds(10), 16, new Reach.Nothing(), new Reach.Nothing());

    public ToolPolicy {
        if (memoryMb < 1 || cpuSeconds < 1 || wall.isNegative() || wall.isZero() || scratchMb < 0) {
            throw new IllegalArgumentException("policy `" + name
                    + "` leaves a tool no memory, CPU time or wall time, give it at least one of each");
        }
    }
}
