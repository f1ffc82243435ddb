package dev.pavise.k8s.plan;

import java.util.Locale;

/** Where a rollout stands. */
public enum Rollout {
    COMPLETE,
    IN_PROGRESS,
    STUCK,
    PAUSED,
    MISSING;

    /** As answers write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
