package dev.pavise.proxy.gate;

import dev.pavise.policy.Policy;
import dev.pavise.policy.Principal;
import dev.pavise.policy.identity.Identities;
import dev.pavise.policy.limit.Limiter;
import dev.pavise.policy.route.RouteTable;
import dev.pavise.proxy.config.AddressRange;
import dev.pavise.proxy.http.AllowedHosts;
import dev.pavise.proxy.tls.ServerTls;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One configuration, compiled: all that the gate judges by. Immutable, but for the memory of verified tokens, which begins empty with each
 * snapshot; swapped whole.
 *
 * @param doors the TLS of each listening address, by the address's name
 * @param origins what a browser may send as Origin, lower case
 * @param perPrincipal the rate that each principal has over all routes, or null where the configuration names none
 * @param perKey the rates of single API keys, by the id of the key's principal
 */
public record Snapshot(
        Map<String, ServerTls> doors,
        AllowedHosts hosts,
        Set<String> origins,
        List<AddressRange> trustedProxies,
        Identities identities,
        CertificateCheck certificates,
        Policy policy,
        RouteTable<Route> routes,
        @Nullable Limiter perPrincipal,
        Map<String, Limiter> perKey,
        Timeouts timeouts,
        ResourceMetadata resource) {
    /** The same configuration after keys or bindings have changed: all that was remembered of callers is forgotten with the old one. */
    public Snapshot with(Policy renewed, Identities renewedIdentities, Map<String, Limiter> renewedPerKey) {
        return new Snapshot(
                doors,
                hosts,
                origins,
                trustedProxies,
                renewedIdentities,
                certificates,
                renewed,
                routes,
                perPrincipal,
                renewedPerKey,
                timeouts,
                resource);
    }

    /** The rate of the principal's own API key, or null where it is none or has none. */
    @Nullable
    Limiter ofKey(Principal who) {
        return perKey.isEmpty() || who.source() != Principal.Source.API_KEY ? null : perKey.get(who.id());
    }
}
