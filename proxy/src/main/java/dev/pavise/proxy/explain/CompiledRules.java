package dev.pavise.proxy.explain;

import dev.pavise.policy.Policy;
import dev.pavise.policy.Rule;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.Place;
import dev.pavise.policy.limit.Rate;
import dev.pavise.policy.route.RouteTable;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.RouteConfig;
import dev.pavise.proxy.http.AllowedHosts;
import dev.pavise.proxy.rules.Attempts;
import dev.pavise.proxy.rules.Grants;
import dev.pavise.proxy.rules.RouteRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Of a configuration what decides on requests: the same policy and routes that the gateway compiles, without what it takes to serve.
 *
 * @param hosts null where the names of the certificate count, which is not looked at
 */
record CompiledRules(
        GatewayConfig config,
        Policy policy,
        RouteTable<Configured> routes,
        Grants grants,
        @Nullable AllowedHosts hosts) {
    /** A route of the table. */
    record Configured(RouteConfig config, Rule rule) {}

    /** What came of a configuration. */
    sealed interface Made {
        record Ready(CompiledRules rules) implements Made {}

        record Refused(List<ConfigError> errors) implements Made {}
    }

    static Made of(GatewayConfig config) {
        Attempts attempts = new Attempts();
        Place whole = Place.startOf(config.file());
        AllowedHosts hosts =
                config.hosts().isEmpty() ? null : attempts.attempt(whole, () -> AllowedHosts.of(config.hosts()));
        Grants grants = Grants.of(config, attempts);
        RouteRules rules = new RouteRules(config, attempts);
        RouteTable<Configured> routes = rules.table((route, rule) -> {
            if (route.limit() != null) {
                Rate.parse(route.limit());
            }
            return new Configured(route, rule);
        });
        Policy policy = attempts.attempt(
                whole, () -> Policy.compile(grants.roles(), grants.bindings(), rules.named(), grants.issuers()));
        return attempts.failed() || routes == null || policy == null
                ? new Made.Refused(attempts.errors())
                : new Made.Ready(new CompiledRules(config, policy, routes, grants, hosts));
    }
}
