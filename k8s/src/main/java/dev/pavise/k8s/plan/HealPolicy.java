package dev.pavise.k8s.plan;

import java.time.Duration;

/**
 * How much is done to heal a Deployment.
 *
 * @param enabled whether anything is done without being asked
 * @param budget how many restarts and evictions in any {@code window}
 * @param backOff how long after the first one the second may come; each further one waits twice as long
 * @param nodeGrace how long a node may be lost before its pods are moved
 */
public record HealPolicy(boolean enabled, int budget, Duration window, Duration backOff, Duration nodeGrace) {
    public static final HealPolicy DEFAULT =
            new HealPolicy(true, 3, Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofMinutes(1));

    public static final int MOST_BUDGET = 30;

    public HealPolicy {
        if (budget < 0 || budget > MOST_BUDGET) {
            throw new IllegalArgumentException("a budget is 0 to " + MOST_BUDGET);
        }
        if (window.isNegative() || window.isZero() || backOff.isNegative() || nodeGrace.isNegative()) {
            throw new IllegalArgumentException("a window is longer than nothing, and a back-off not negative");
        }
    }
}
