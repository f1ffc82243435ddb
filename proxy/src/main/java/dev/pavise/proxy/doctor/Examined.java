package dev.pavise.proxy.doctor;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.proxy.config.GatewayConfig;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What is examined.
 *
 * @param startErrors what would stop the gateway from starting with it
 * @param text the configuration file as it stands; it may hold secrets
 * @param openFiles how many a process of this user may have
 */
public record Examined(
        GatewayConfig config,
        List<ConfigError> startErrors,
        String text,
        EnvironmentLookup environment,
        long openFiles,
        Instant now) {

    /** Copies the list. */
    public Examined {
        Objects.requireNonNull(config);
        Objects.requireNonNull(text);
        Objects.requireNonNull(environment);
        Objects.requireNonNull(now);
        startErrors = List.copyOf(startErrors);
    }

    /** Shows none of it: the text may hold secrets. */
    @Override
    public String toString() {
        return "Examined[" + config.file() + "]";
    }
}
