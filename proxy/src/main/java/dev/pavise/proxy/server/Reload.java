package dev.pavise.proxy.server;

import dev.pavise.proxy.config.ConfigError;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What a running gateway cannot change: a new configuration that differs in it is refused whole, as it could not be honoured. */
final class Reload {
    private Reload() {}

    static List<ConfigError> unchangeable(GatewayConfig started, GatewayConfig next) {
        List<ConfigError> errors = new ArrayList<>();
        compare(started, next, "listen", GatewayConfig::listen, errors);
        compare(started, next, "audit", GatewayConfig::audit, errors);
        compare(started, next, "data_dir", GatewayConfig::dataDir, errors);
        compare(
                started,
                next,
                "identity.operator_token",
                config -> String.valueOf(config.identity().operatorToken() == null),
                errors);
        return errors;
    }

    private static void compare(
            GatewayConfig started,
            GatewayConfig next,
            String key,
            Function<GatewayConfig, Object> part,
            List<ConfigError> errors) {
        if (!part.apply(started).equals(part.apply(next))) {
            Place place = new Place(next.file(), 1, 1, key);
            errors.add(new ConfigError(place, "cannot change while the gateway runs, restart it for that"));
        }
    }
}
