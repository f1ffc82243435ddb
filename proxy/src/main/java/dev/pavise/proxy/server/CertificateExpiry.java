package dev.pavise.proxy.server;

import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.expiry.ConfiguredCertificates;
import dev.pavise.proxy.expiry.Dated;
import dev.pavise.proxy.metrics.GatewayMetrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Shows in a metric when the configured certificates and revocation lists end, and says so in the log when it is time to renew
 * one: when a configuration is taken, and once a day from then on.
 */
final class CertificateExpiry {
    private static final Duration BETWEEN_WARNINGS = Duration.ofDays(1);

    /** What is in force, and when somebody was last warned of it. */
    private record State(List<Dated> dated, Instant warned) {}

    private final Consumer<Map<String, Double>> figures;
    private final InstantSource clock;
    private final Consumer<String> warnings;
    private volatile State state;

    /** @param warnings is told what has to be renewed */
    CertificateExpiry(GatewayMetrics metrics, InstantSource clock, Consumer<String> warnings) {
        this.figures = metrics.gauges(
                "pavise_certificate_expiry_timestamp_seconds",
                "when the first certificate or revocation list of those in use for this ends",
                "certificate");
        this.clock = clock;
        this.warnings = warnings;
        this.state = new State(List.of(), clock.instant());
    }

    /** A configuration is in force. What has expired already was told by those who loaded it. */
    void took(GatewayConfig config) {
        Instant now = clock.instant();
        State next = new State(ConfiguredCertificates.of(config).dated(), now);
        Map<String, Double> ends = new TreeMap<>();
        next.dated.forEach(each -> ends.merge(each.name(), (double) each.until().getEpochSecond(), Math::min));
        figures.accept(ends);
        state = next;
        next.dated.stream().filter(each -> each.isDue(now) && !each.isOver(now)).forEach(each -> warn(each, now));
    }

    /** To be called often; warns once a day. */
    void tick() {
        Instant now = clock.instant();
        State seen = state;
        if (now.isBefore(seen.warned.plus(BETWEEN_WARNINGS))) {
            return;
        }
        state = new State(seen.dated, now);
        seen.dated.stream().filter(each -> each.isDue(now)).forEach(each -> warn(each, now));
    }

    private void warn(Dated each, Instant now) {
        if (each.isOver(now)) {
            warnings.accept(each.described() + " ended at " + each.until() + "; renew it");
        } else {
            long days = Duration.between(now, each.until()).toDays();
            warnings.accept(each.described() + " ends in " + days + " days, at " + each.until() + "; renew it");
        }
    }
}
