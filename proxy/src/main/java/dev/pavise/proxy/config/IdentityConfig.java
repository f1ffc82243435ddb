package dev.pavise.proxy.config;

import dev.pavise.policy.config.Place;
import dev.pavise.policy.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose credentials are believed.
 *
 * @param sessionTimeout longest life of a stream without proving the identity again
 * @param logGeneratedToken whether a start that had to make the operator token logs it once
 * @param operatorToken the operator token; absent: from the environment, or made at the first start
 * @param resource the https origin that the resource metadata (RFC 9728) names; absent: the host that was asked for
 */
public record IdentityConfig(
        Duration sessionTimeout,
        boolean logGeneratedToken,
        @Nullable Secret operatorToken,
        List<Issuer> issuers,
        ApiKeys apiKeys,
        @Nullable String resource) {

    /** Copies the list. */
    public IdentityConfig {
        Objects.requireNonNull(sessionTimeout);
        Objects.requireNonNull(apiKeys);
        issuers = List.copyOf(issuers);
    }

    /**
     * The API keys that can be made while the gateway runs.
     *
     * @param prefix of new keys
     * @param alsoAccept prefixes of keys made earlier
     * @param max how many may be live at the same time
     */
    public record ApiKeys(String prefix, List<String> alsoAccept, Duration maxAge, int max) {

        /** What holds where nothing is configured. */
        public static final ApiKeys DEFAULT = new ApiKeys("pav_live_", List.of(), Duration.ofDays(365), 10_000);

        /** Copies the list. */
        public ApiKeys {
            Objects.requireNonNull(prefix);
            Objects.requireNonNull(maxAge);
            alsoAccept = List.copyOf(alsoAccept);
        }
    }

    /**
     * One issuer of JSON Web Tokens.
     *
     * @param name ours for it; principals are called {@code jwt:<name>:<sub>}
     * @param issuer the {@code iss} its tokens carry; absent only with a shared secret
     * @param audience any one of these must be in {@code aud}; empty only with a shared secret
     * @param algorithms the only ones its tokens may use, by their JOSE names
     * @param leeway how far its clock may be off ours
     * @param mayGrant what its tokens may grant; absent means the roles of the file and the permissions routes name, never
     *     {@code *} or {@code auth:*}; empty means nothing
     */
    public record Issuer(
            String name,
            @Nullable String issuer,
            List<String> audience,
            List<String> algorithms,
            Keys keys,
            Duration leeway,
            Claims claims,
            @Nullable List<String> mayGrant,
            Place place) {

        /** Copies the lists. */
        public Issuer {
            Objects.requireNonNull(name);
            Objects.requireNonNull(keys);
            Objects.requireNonNull(leeway);
            Objects.requireNonNull(claims);
            Objects.requireNonNull(place);
            audience = List.copyOf(audience);
            algorithms = List.copyOf(algorithms);
            mayGrant = mayGrant == null ? null : List.copyOf(mayGrant);
        }
    }

    /** What an issuer's signatures are checked with. */
    public sealed interface Keys {
        /** A JWK Set (RFC 7517) in a file. */
        record JwksFile(Path path) implements Keys {}

        /** One public key or certificate in a PEM file. */
        record PublicKey(Path path) implements Keys {}

        /**
         * A JWK Set that is fetched over https and kept fresh.
         *
         * @param from where it is
         * @param ca whose certificates are trusted there; absent: those that the JDK trusts
         * @param refresh how old the keys get before they are fetched anew
         * @param keep for how long they are believed while the issuer is away
         */
        record Remote(Source from, @Nullable Path ca, Duration refresh, Duration keep) implements Keys {}

        /** A secret shared with the issuer, at least 32 bytes of it. */
        record SharedSecret(Secret secret) implements Keys {}
    }

    /** Where an issuer publishes its keys. */
    public sealed interface Source {
        /** At this address. */
        record At(URI jwks) implements Source {}

        /**
         * Where its metadata says (OpenID Connect Discovery 1.0).
         *
         * @param issuer its https URL
         * @param hosts besides its own, on which hosts its keys may be: each a host with a port
         */
        record Discovered(URI issuer, Set<String> hosts) implements Source {
            /** Copies the set. */
            public Discovered {
                hosts = Set.copyOf(hosts);
            }
        }
    }

    /** The names under which an issuer's tokens carry what we read. */
    public record Claims(String sub, String roles, String permissions, String scope, String groups) {

        /** The usual names. */
        public static final Claims DEFAULT = new Claims("sub", "roles", "permissions", "scope", "groups");
    }
}
