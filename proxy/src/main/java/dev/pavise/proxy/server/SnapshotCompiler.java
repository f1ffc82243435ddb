package dev.pavise.proxy.server;

import dev.pavise.policy.Rule;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.Place;
import dev.pavise.policy.identity.JwtVerifier;
import dev.pavise.policy.identity.OperatorToken;
import dev.pavise.policy.identity.SignatureProvider;
import dev.pavise.policy.limit.Limiter;
import dev.pavise.policy.limit.Limits;
import dev.pavise.policy.limit.Rate;
import dev.pavise.policy.limit.RefusedCredentials;
import dev.pavise.policy.route.RouteTable;
import dev.pavise.proxy.access.AccessState;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.IdentityConfig;
import dev.pavise.proxy.config.LimitsConfig;
import dev.pavise.proxy.config.RouteConfig;
import dev.pavise.proxy.forward.Upstream;
import dev.pavise.proxy.gate.ExternalDecision;
import dev.pavise.proxy.gate.ResourceMetadata;
import dev.pavise.proxy.gate.Route;
import dev.pavise.proxy.gate.Snapshot;
import dev.pavise.proxy.gate.Timeouts;
import dev.pavise.proxy.http.AllowedHosts;
import dev.pavise.proxy.http.HeadLimits;
import dev.pavise.proxy.opa.DecisionPoints;
import dev.pavise.proxy.rules.Attempts;
import dev.pavise.proxy.rules.Grants;
import dev.pavise.proxy.rules.RouteRules;
import dev.pavise.proxy.tls.ServerTls;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Snapshot} of a configuration, or tells everything that stands in the way, each with its place in the file. The limits' counts
 * and the operator's token are those of the running gateway, as they outlive configurations.
 */
final class SnapshotCompiler {
    private static final int LONGEST_TARGET = 8 * 1024;

    private final Limits limits;
    private final OperatorToken operator;
    private final InstantSource clock;
    private final IssuerCompiler issuerCompiler;
    private final DecisionPoints points;
    private final Attempts attempts = new Attempts();
    private final List<String> warnings = new ArrayList<>();

    /** @param points those of this configuration, to be asked by its routes */
    SnapshotCompiler(
            Limits limits,
            OperatorToken operator,
            InstantSource clock,
            IssuerCompiler issuerCompiler,
            DecisionPoints points) {
        this.limits = limits;
        this.operator = operator;
        this.clock = clock;
        this.issuerCompiler = issuerCompiler;
        this.points = points;
    }

    /** What came of a configuration. */
    sealed interface Compiled {
        /**
         * All of it can be used.
         *
         * @param access makes the snapshot's policy anew when keys or bindings have changed
         */
        record Ready(Snapshot snapshot, AccessCompiler access, List<String> warnings) implements Compiled {}

        record Refused(List<ConfigError> errors) implements Compiled {}
    }

    /**
     * @param doors the TLS of each listening address; names in its certificate are the hosts where the configuration names none
     * @param upstreams by name, as the configuration has them
     */
    Compiled compile(
            GatewayConfig config, Map<String, ServerTls> doors, Map<String, Upstream> upstreams, AccessState given) {
        List<String> certificateNames = doors.values().stream()
                .flatMap(door -> door.facts().names().stream())
                .distinct()
                .toList();
        Place whole = Place.startOf(config.file());
        List<String> names = config.hosts().isEmpty() ? certificateNames : config.hosts();
        if (names.isEmpty()) {
            attempts.error(
                    whole,
                    "`hosts` is missing and the certificate names no host, list the names this gateway answers to");
        }
        AllowedHosts hosts = attempt(whole, () -> AllowedHosts.of(names));
        Grants grants = Grants.of(config, attempts);
        RouteRules rules = new RouteRules(config, attempts);
        RouteTable<Route> routes = rules.table((route, rule) -> route(config, route, rule, upstreams));
        warnings.addAll(rules.warnings());
        JwtVerifier tokens = tokens(config.identity());
        Limiter perPrincipal = limiter(whole, "principal", config.limits().perPrincipal());
        Limiter refused = limiter(whole, "refused_credentials", config.limits().refusedCredentialsPerAddress());
        AccessCompiler access = tokens == null || refused == null
                ? null
                : new AccessCompiler(
                        grants.roles(),
                        grants.bindings(),
                        rules.named(),
                        grants.issuers(),
                        tokens,
                        operator,
                        new RefusedCredentials(refused),
                        limits,
                        clock);
        AccessCompiler.Access made = access == null ? null : attempt(whole, () -> access.compile(given, warnings::add));
        if (attempts.failed() || hosts == null || routes == null || access == null || made == null) {
            return new Compiled.Refused(attempts.errors());
        }
        warnings.addAll(access.tokens().warnings());
        Snapshot snapshot = new Snapshot(
                doors,
                hosts,
                origins(config, names),
                config.trustedProxies(),
                made.identities(),
                new DoorCertificates(doors, clock),
                made.policy(),
                routes,
                perPrincipal,
                made.perKey(),
                timeouts(config),
                ResourceMetadata.of(config.identity(), names, hosts));
        return new Compiled.Ready(snapshot, access, List.copyOf(warnings));
    }

    private Set<String> origins(GatewayConfig config, List<String> hosts) {
        Set<String> origins = new HashSet<>(config.origins());
        if (origins.isEmpty()) {
            Set<String> suffixes = new HashSet<>(List.of(""));
            config.listen()
                    .https()
                    .forEach(door -> suffixes.add(":" + door.address().port()));
            for (String host : hosts) {
                String name = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
                suffixes.forEach(suffix -> origins.add("https://" + name + suffix));
            }
        }
        return Set.copyOf(origins);
    }

    private @Nullable JwtVerifier tokens(IdentityConfig identity) {
        List<dev.pavise.policy.identity.Issuer> issuers = new ArrayList<>();
        for (IdentityConfig.Issuer issuer : identity.issuers()) {
            dev.pavise.policy.identity.Issuer made = attempt(issuer.place(), () -> issuerCompiler.compile(issuer));
            if (made != null) {
                issuers.add(made);
            }
        }
        Place place = identity.issuers().isEmpty()
                ? null
                : identity.issuers().getFirst().place();
        return place == null
                ? JwtVerifier.load(List.of(), SignatureProvider.jdk(), clock)
                : attempt(place, () -> JwtVerifier.load(issuers, SignatureProvider.forIssuers(issuers), clock));
    }

    private Route route(GatewayConfig config, RouteConfig route, Rule rule, Map<String, Upstream> upstreams) {
        Upstream upstream = upstreams.get(route.upstream());
        if (upstream == null) {
            throw new IllegalArgumentException("upstream `" + route.upstream() + "` is not there");
        }
        LimitsConfig bounds = config.limits();
        ExternalDecision external = route.opa() == null ? null : points.point(route.opa(), route.name());
        return new Route(
                rule,
                external,
                upstream,
                limiter(route.place(), routeLimit(route), route.limit()),
                (route.timeout() == null ? bounds.requestTimeout() : route.timeout()).toNanos(),
                (route.bodySize() == null ? bounds.body() : route.bodySize()).bytes(),
                route.passCredential(),
                ConfiguredAudit.strictness(route.audit()));
    }

    private static String routeLimit(RouteConfig route) {
        return "route " + route.name();
    }

    /** The limits whose counts this configuration goes on with. */
    static Set<String> limitNames(GatewayConfig config) {
        Set<String> names = new HashSet<>(List.of("principal", "refused_credentials", AccessCompiler.KEY_LIMIT));
        config.routes().forEach(route -> names.add(routeLimit(route)));
        return names;
    }

    private @Nullable Limiter limiter(Place place, String name, @Nullable String rate) {
        return rate == null ? null : attempt(place, () -> limits.limiter(name, Rate.parse(rate)));
    }

    private static Timeouts timeouts(GatewayConfig config) {
        LimitsConfig bounds = config.limits();
        return new Timeouts(
                bounds.headerTimeout().toNanos(),
                bounds.bodyTimeout().toNanos(),
                bounds.requestTimeout().toNanos(),
                bounds.idleTimeout().toNanos(),
                config.identity().sessionTimeout().toNanos(),
                new HeadLimits(LONGEST_TARGET, (int) bounds.headers().bytes(), bounds.headerCount()),
                bounds.http2Streams(),
                bounds.http2Resets());
    }

    private <T> @Nullable T attempt(Place place, Supplier<T> work) {
        return attempts.attempt(place, work);
    }
}
