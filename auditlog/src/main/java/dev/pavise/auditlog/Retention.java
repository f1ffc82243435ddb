package dev.pavise.auditlog;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long records are kept. Whole segments are removed, oldest first, and never the one being written; a signed note stays in
 * their place, from which the rest still verifies.
 *
 * @param age records older than this may go; null keeps them whatever their age
 * @param bytes the most that the segments may take on the disk; {@link Long#MAX_VALUE} sets no bound
 */
public record Retention(@Nullable Duration age, long bytes) {
    /** Nothing is ever removed. */
    public static final Retention FOREVER = new Retention(null, Long.MAX_VALUE);

    public Retention {
        if (age != null && !age.isPositive()) {
            throw new IllegalArgumentException("retention age `" + age + "` is not positive");
        }
        if (bytes < 1) {
            throw new IllegalArgumentException("retention size `" + bytes + "` is not positive");
        }
    }
}
