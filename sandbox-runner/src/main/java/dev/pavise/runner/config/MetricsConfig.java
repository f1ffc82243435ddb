package dev.pavise.runner.config;

import java.util.List;

/**
 * The door for metrics.
 *
 * @param names DNS or URI names; a scraper's certificate has to carry one of them
 */
public record MetricsConfig(Endpoint listen, List<String> names) {
    /** Copies the list. */
    public MetricsConfig {
        names = List.copyOf(names);
    }
}
