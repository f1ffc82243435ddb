package dev.pavise.auditlog.ship;

import dev.pavise.auditlog.export.Format;
import dev.pavise.auditlog.export.Origin;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How records are shipped.
 *
 * @param dir the audit folder
 * @param position where it is noted how far it got; outside the folder, as whoever can write this can have records passed over
 * @param destination what the position belongs to: for another one all is sent again
 * @param batchBytes the most that is under way at a time, and so the most memory
 * @param retryFrom how long to wait after a first failure; each further one doubles it
 * @param retryTo the longest wait
 */
public record ShipSettings(
        Path dir,
        Path position,
        Origin origin,
        Format format,
        String destination,
        int batchBytes,
        Duration retryFrom,
        Duration retryTo) {
    /** The most records that are under way at a time. */
    public static final int BATCH_RECORDS = 1000;

    public ShipSettings {
        if (format == Format.CEF) {
            throw new IllegalArgumentException("records are shipped as json or ocsf");
        }
        if (batchBytes < 1 << 16 || batchBytes > 16 << 20) {
            throw new IllegalArgumentException("batch `" + batchBytes + "` is not between 64 KiB and 16 MiB");
        }
        if (!retryFrom.isPositive() || retryTo.compareTo(retryFrom) < 0) {
            throw new IllegalArgumentException("waits between tries must be positive, the first not the longest");
        }
        if (position.toAbsolutePath()
                .normalize()
                .startsWith(dir.toAbsolutePath().normalize())) {
            throw new IllegalArgumentException(
                    "`" + position + "` lies inside the audit folder `" + dir + "`; it belongs outside");
        }
        if (!destination.matches("[!-~]{1,300}")) {
            throw new IllegalArgumentException(
                    "destination `" + destination + "` must be printable ASCII without space");
        }
    }

    /** The defaults: 1 MiB under way, tried again after 0.2 s to 10 s. */
    public static ShipSettings of(Path dir, Path position, Origin origin, Format format, String destination) {
        return new ShipSettings(
                dir, position, origin, format, destination, 1 << 20, Duration.ofMillis(200), Duration.ofSeconds(10));
    }

    public ShipSettings withBatch(int bytes) {
        return new ShipSettings(dir, position, origin, format, destination, bytes, retryFrom, retryTo);
    }
}
