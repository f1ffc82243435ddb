package dev.pavise.proxy.server;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.Place;
import dev.pavise.proxy.config.GatewayConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a running gateway cannot change: a new configuration that differs in it is refused whole, as it could not be honoured. */
final class Reload {
    private Reload() {}

    static List<ConfigError> unchangeable(GatewayConfig started, GatewayConfig next) {
        List<ConfigError> errors = new ArrayList<>();
        compare(started, next, "listen", Reload::addresses, errors);
        compare(started, next, "audit", GatewayConfig::audit, errors);
        compare(started, next, "data_dir", GatewayConfig::dataDir, errors);
        compare(
                started,
                next,
                "identity.operator_token",
                config -> Optional.ofNullable(config.identity().operatorToken()),
                errors);
        return errors;
    }

    /** What a door asks of callers may change; where it is may not. */
    private static List<Object> addresses(GatewayConfig config) {
        List<Object> addresses = new ArrayList<>();
        config.listen().https().forEach(door -> addresses.add(List.of(door.name(), door.address())));
        addresses.add(Optional.ofNullable(config.listen().metrics()));
        addresses.add(Optional.ofNullable(config.listen().management()));
        addresses.add(config.listen().transport());
        return addresses;
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
