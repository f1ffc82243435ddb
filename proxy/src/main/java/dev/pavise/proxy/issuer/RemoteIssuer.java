package dev.pavise.proxy.issuer;

import dev.pavise.policy.identity.Algorithm;
import dev.pavise.proxy.config.IdentityConfig;
import dev.pavise.proxy.tls.OutgoingTrust;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;

/**
 * An issuer whose keys are fetched, as configured. What is fetched for one is kept for another that is the same in all of it.
 *
 * @param name ours for it
 * @param issuer the {@code iss} of its tokens
 * @param algorithms what its tokens may be signed with
 * @param refresh how old keys get before they are fetched anew
 * @param keep for how long they are believed while the issuer is away
 */
public record RemoteIssuer(
        String name,
        String issuer,
        IdentityConfig.Source from,
        OutgoingTrust trust,
        Set<Algorithm> algorithms,
        Duration refresh,
        Duration keep) {
    /** Copies the set. */
    public RemoteIssuer {
        algorithms = Set.copyOf(algorithms);
    }

    /** Tells from where and under whose word keys were fetched: keys that were kept under another one are not this issuer's. */
    String origin() {
        String place = switch (from) {
            case IdentityConfig.Source.At(var jwks) -> "at " + jwks;
            case IdentityConfig.Source.Discovered(var location, var ignored) -> "by " + location;
        };
        try {
            byte[] all = (issuer + "\n" + place + "\n" + trust).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has SHA-256", absent);
        }
    }
}
