package dev.pavise.proxy.server;

import dev.pavise.auditlog.Retention;
import dev.pavise.proxy.config.AuditConfig;
import java.time.Duration;

/** How long a configuration wants records kept. Whole segments are removed, so they are small beside what is kept. */
final class ConfiguredRetention {
    private static final int PARTS_OF_AGE = 10;
    private static final int PARTS_OF_SIZE = 16;

    private ConfiguredRetention() {}

    static Retention of(AuditConfig audit) {
        return new Retention(
                Duration.ofDays(audit.retention().days()),
                audit.retention().maxSize().bytes());
    }

    static long segmentBytes(AuditConfig audit) {
        return Math.clamp(audit.retention().maxSize().bytes() / PARTS_OF_SIZE, 1L << 20, 1L << 30);
    }

    static Duration segmentAge(AuditConfig audit) {
        Duration part = Duration.ofDays(audit.retention().days()).dividedBy(PARTS_OF_AGE);
        return part.compareTo(Duration.ofDays(1)) < 0 ? part : Duration.ofDays(1);
    }
}
