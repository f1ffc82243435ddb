package dev.pavise.runner.config;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.runner.egress.EgressLimits;
import java.time.Duration;
import java.util.List;

/** Reads {@code egress}: the bounds of what one run may use of the network. */
final class EgressSection {
    static final Key<Integer> CONNECTIONS = Key.withDefault(
            "connections", Scalars.integer(1, 256), "16", "of a run at the same time; further ones wait");
    static final Key<Integer> CONNECTIONS_TOTAL = Key.withDefault(
            "connections_total", Scalars.integer(1, 10_000), "256", "of a run from its start to its end");
    static final Key<Long> BYTES = Key.withDefault(
            "bytes", Scalars.bytes("1B", "1TiB"), "256MiB", "sent and received by a run, of all connections together");
    static final Key<Duration> CONNECT_TIMEOUT = Key.withDefault(
            "connect_timeout",
            Scalars.duration("1ms", "10m"),
            "10s",
            "for a tool's request, the look-up of the name and the connection to the host together");
    static final Key<Duration> IDLE_TIMEOUT = Key.withDefault(
            "idle_timeout", Scalars.duration("1ms", "24h"), "60s", "of a connection on which nothing comes or goes");

    static final Section<EgressLimits> SECTION = Section.of(
            List.of(CONNECTIONS, CONNECTIONS_TOTAL, BYTES, CONNECT_TIMEOUT, IDLE_TIMEOUT), EgressSection::make);

    private EgressSection() {}

    private static EgressLimits make(Bound egress) {
        int total = egress.get(CONNECTIONS_TOTAL);
        if (total < egress.get(CONNECTIONS)) {
            egress.errorOf(CONNECTIONS_TOTAL, "is less than connections, which would never be reached");
            total = egress.get(CONNECTIONS);
        }
        return new EgressLimits(
                egress.get(CONNECTIONS),
                total,
                egress.get(BYTES),
                egress.get(CONNECT_TIMEOUT),
                egress.get(IDLE_TIMEOUT));
    }
}
