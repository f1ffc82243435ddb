package dev.pavise.policy.identity;

import dev.pavise.policy.Quoted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * An issuer of tokens, as configured.
 *
 * @param name how bindings and audit records call it: letters, digits and {@code . _ -}
 * @param issuer what {@code iss} must be
 * @param audience what {@code aud} must be or contain, or some of which it must contain one
 * @param algorithms what its tokens may be signed with
 * @param clockSkew how far its clock may differ, at most five minutes
 */
public record Issuer(
        String name,
        Expected issuer,
        Expected audience,
        Set<Algorithm> algorithms,
        KeySource keys,
        Duration clockSkew,
        ClaimNames claims) {
    /** The clock skew where none is configured. */
    public static final Duration DEFAULT_CLOCK_SKEW = Duration.ofSeconds(60);

    private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(5);

    public Issuer {
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException(
                    "issuer name `" + Quoted.of(name) + "` is unfit, use 1 to 64 letters, digits, `.`, `_` and `-`");
        }
        if (algorithms.isEmpty()) {
            throw new IllegalArgumentException(
                    "issuer `" + name + "` allows no algorithm, name those that it signs with");
        }
        algorithms = Set.copyOf(EnumSet.copyOf(algorithms));
        if (issuer instanceof Expected.OneOf) {
            throw new IllegalArgumentException("issuer `" + name + "` has several `issuer`, configure one for each");
        }
        boolean secret = keys instanceof KeySource.SharedSecret;
        for (Algorithm algorithm : algorithms) {
            if (secret != (algorithm == Algorithm.HS256)) {
                throw new IllegalArgumentException("issuer `" + name + "` allows `" + algorithm.text() + "`, which does"
                        + " not go with its key: HS256 takes a shared `secret` and the others a public key");
            }
        }
        if (!secret && (issuer instanceof Expected.Anything || audience instanceof Expected.Anything)) {
            throw new IllegalArgumentException("issuer `" + name + "` needs `issuer` and `audience`:"
                    + " its keys sign for others too, and their tokens are not meant for this gateway");
        }
        if (clockSkew.isNegative() || clockSkew.compareTo(MAX_CLOCK_SKEW) > 0) {
            throw new IllegalArgumentException(
                    "the clock skew of issuer `" + name + "` is " + clockSkew + ", use 0 to 5 minutes");
        }
    }

    /** An issuer with standard claim names and clock skew. */
    public static Issuer of(
            String name, Expected issuer, Expected audience, Set<Algorithm> algorithms, KeySource keys) {
        return new Issuer(name, issuer, audience, algorithms, keys, DEFAULT_CLOCK_SKEW, ClaimNames.STANDARD);
    }

    /** What a start should warn about. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (issuer instanceof Expected.Anything) {
            warnings.add("issuer `" + name + "` has no `issuer`: every token signed with its secret is taken,"
                    + " whatever its `iss`");
        }
        if (audience instanceof Expected.Anything) {
            warnings.add("issuer `" + name + "` has no `audience`: its tokens for other services are taken too");
        }
        return List.copyOf(warnings);
    }
}
