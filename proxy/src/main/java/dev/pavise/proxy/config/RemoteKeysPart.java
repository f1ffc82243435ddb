package dev.pavise.proxy.config;

import dev.pavise.policy.config.BadValueException;
import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Shapes;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys of an issuer's entry that are about fetching its key set. */
final class RemoteKeysPart {

    static final Key<URI> JWKS_URL =
            Key.optional("jwks_url", HttpsUrls.url(), "where its JWK Set (RFC 7517) is fetched; https only");
    static final Key<Boolean> DISCOVERY = Key.optional(
            "discovery",
            Scalars.bool(),
            "true: its JWK Set is where <issuer>/.well-known/openid-configuration says, on the issuer's own host");
    static final Key<List<String>> JWKS_HOSTS = Key.optional(
            "jwks_hosts",
            Shapes.someOf(HttpsUrls.hostAndPort(), "name at least one"),
            "with discovery: other hosts that its JWK Set may be on");
    static final Key<Path> CA = Key.optional(
            "ca", Scalars.file("a PEM file"), "authorities its certificate must come from; default: those of the JDK");
    static final Key<Duration> REFRESH = Key.optional(
            "refresh",
            Scalars.duration("1s", "24h"),
            "how old fetched keys get before they are fetched anew; default: 10m");
    static final Key<Duration> KEEP = Key.optional(
            "keep",
            Scalars.duration("1s", "30d"),
            "for how long fetched keys are believed while the issuer is away; default: 24h");

    private static final Duration USUAL_REFRESH = Duration.ofMinutes(10);
    private static final Duration USUAL_KEEP = Duration.ofHours(24);

    private RemoteKeysPart() {}

    /** How many places of keys the entry names here. */
    static int sources(Bound issuer) {
        return (issuer.mentions(JWKS_URL) ? 1 : 0) + (discovers(issuer) ? 1 : 0);
    }

    private static boolean discovers(Bound issuer) {
        return issuer.mentions(DISCOVERY) && !Boolean.FALSE.equals(issuer.find(DISCOVERY));
    }

    static void check(Bound issuer) {
        if (sources(issuer) == 0) {
            Stream.of(JWKS_HOSTS, CA, REFRESH, KEEP)
                    .filter(issuer::mentions)
                    .forEach(key -> issuer.error(key, "means nothing without `jwks_url` or `discovery: true`"));
            return;
        }
        if (issuer.mentions(JWKS_HOSTS) && !discovers(issuer)) {
            issuer.error(JWKS_HOSTS, "means nothing without `discovery: true`");
        }
        if (keep(issuer).compareTo(refresh(issuer)) < 0) {
            issuer.error(
                    KEEP, "`keep` is shorter than `refresh`, so that keys would run out while the issuer is there");
        }
    }

    /** The keys, or null where something is wrong with the entry, which is told. */
    static IdentityConfig.@Nullable Keys keys(Bound issuer, Key<String> name) {
        IdentityConfig.Source from = source(issuer, name);
        return from == null
                ? null
                : new IdentityConfig.Keys.Remote(from, issuer.find(CA), refresh(issuer), keep(issuer));
    }

    private static IdentityConfig.@Nullable Source source(Bound issuer, Key<String> name) {
        URI jwks = issuer.find(JWKS_URL);
        if (jwks != null) return new IdentityConfig.Source.At(jwks);
        String url = issuer.find(name);
        if (!Boolean.TRUE.equals(issuer.find(DISCOVERY)) || url == null) return null;
        List<String> hosts = issuer.find(JWKS_HOSTS);
        try {
            URI location = HttpsUrls.url(url);
            if (location.getRawQuery() != null) throw new BadValueException("it has a query");
            return new IdentityConfig.Source.Discovered(location, hosts == null ? Set.of() : Set.copyOf(hosts));
        } catch (BadValueException unfit) {
            issuer.error(name, "with `discovery` this is an https URL without a query: " + unfit.getMessage());
            return null;
        }
    }

    private static Duration refresh(Bound issuer) {
        Duration asked = issuer.find(REFRESH);
        return asked == null ? USUAL_REFRESH : asked;
    }

    private static Duration keep(Bound issuer) {
        Duration asked = issuer.find(KEEP);
        return asked == null ? USUAL_KEEP : asked;
    }
}
