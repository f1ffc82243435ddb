package dev.pavise.proxy.config;

import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import java.util.List;

/** Reads {@code audit.retention}. */
final class RetentionSection {
    private static final Key<Integer> DAYS = Key.withDefault(
            "days", Scalars.integer(1, 36_500), "90", "records older than this are removed, whole segments at a time");
    private static final Key<ByteSize> MAX_SIZE = Key.withDefault(
            "max_size",
            Scalars.size("16MiB", "1024TiB"),
            "50GiB",
            "what segments may take on the disk, before the oldest are removed");

    static final Section<AuditConfig.Retention> SECTION = Section.of(
            List.of(DAYS, MAX_SIZE),
            retention -> new AuditConfig.Retention(retention.get(DAYS), retention.get(MAX_SIZE)));

    private RetentionSection() {}
}
