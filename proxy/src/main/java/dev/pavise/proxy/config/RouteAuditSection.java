package dev.pavise.proxy.config;

import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Reading;
import dev.pavise.policy.config.Section;
import java.util.List;
import java.util.Set;

/** Reads {@code routes[].audit}: what one route asks of the audit log beyond {@code audit}, never less. */
final class RouteAuditSection {
    private static final Key<AuditConfig.Durability> DURABILITY = Key.optional(
            "durability",
            AuditSection.DURABILITIES,
            "disk: requests of this route wait until their records survive a loss of power; never less than audit.durability");
    private static final Key<ByteSize> LOW_WATER = Key.optional(
            "low_water",
            AuditSection.SPACE,
            "with less free space than this, requests of this route are refused; never less than audit.low_water");

    static final Section<RouteConfig.Audit> SECTION = Section.of(
            List.of(DURABILITY, LOW_WATER),
            Set.of(),
            audit -> new RouteConfig.Audit(audit.find(DURABILITY), audit.find(LOW_WATER)));

    private RouteAuditSection() {}

    /** Whoever makes the log stricter makes it so for every route. */
    static void check(RouteConfig route, AuditConfig all, Reading reading) {
        RouteConfig.Audit own = route.audit();
        if (own == null) return;
        if (own.durability() == AuditConfig.Durability.PROCESS && all.durability() == AuditConfig.Durability.DISK) {
            reading.error(
                    route.place(),
                    "`audit.durability: process` is less than `audit.durability: disk` of all; remove it");
        }
        if (own.lowWater() != null && own.lowWater().bytes() < all.lowWater().bytes()) {
            reading.error(
                    route.place(),
                    "`audit.low_water: " + own.lowWater() + "` is less than `audit.low_water: " + all.lowWater()
                            + "` of all; raise or remove it");
        }
    }
}
