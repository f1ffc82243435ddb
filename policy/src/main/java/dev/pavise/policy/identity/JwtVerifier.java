package dev.pavise.policy.identity;

import dev.pavise.policy.Subject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Verifies tokens (RFC 7519 in the compact form of RFC 7515) as RFC 8725 asks.
 *
 * <p>Guarantees, against whoever can send any bytes: a token is accepted only if a key of the issuer that its {@code iss}
 * means signed exactly these bytes, by an algorithm that the issuer allows and the key is for, and if it has not expired,
 * is valid already and is meant for this gateway. The token chooses among the configured issuers and their keys and
 * brings none; nothing is ever fetched. Anything unexpected is a refusal. What it does not do: it cannot tell a stolen
 * token from one in its owner's hands.
 *
 * <p>Safe for any number of threads; does no input or output once loaded.
 */
public final class JwtVerifier {
    /** The outcome, with the reason that only the audit trail gets to see. */
    public sealed interface Verdict {
        /** The token is good until the subject's expiry, which includes the issuer's clock skew. */
        record Verified(Subject.Token subject) implements Verdict {}

        record Refused(UnprovenReason reason) implements Verdict {}
    }

    private record Loaded(Issuer issuer, KeySet keys) {}

    /** By {@code iss}; those that share one are told apart by their algorithms, which do not overlap. */
    private final Map<String, List<Loaded>> byIssuer;

    private final List<Loaded> anyIssuer;
    private final List<String> warnings;
    private final InstantSource clock;

    private JwtVerifier(
            Map<String, List<Loaded>> byIssuer, List<Loaded> anyIssuer, List<String> warnings, InstantSource clock) {
        this.byIssuer = Map.copyOf(byIssuer);
        this.anyIssuer = List.copyOf(anyIssuer);
        this.warnings = List.copyOf(warnings);
        this.clock = clock;
    }

    /**
     * Reads the keys of the issuers.
     *
     * @throws IllegalArgumentException where keys cannot be read or used, or two issuers could not be told apart
     */
    public static JwtVerifier load(Collection<Issuer> issuers, SignatureProvider provider, InstantSource clock) {
        KeyLoader loader = new KeyLoader(provider);
        Set<String> names = new HashSet<>();
        Map<String, List<Loaded>> byIssuer = new LinkedHashMap<>();
        List<Loaded> anyIssuer = new ArrayList<>(1);
        List<String> warnings = new ArrayList<>();
        for (Issuer issuer : issuers) {
            if (!names.add(issuer.name())) {
                throw new IllegalArgumentException("issuer `" + issuer.name() + "` is configured twice, rename one");
            }
            List<Loaded> sharing = switch (issuer.issuer()) {
                case Expected.Exactly(String value) -> byIssuer.computeIfAbsent(value, first -> new ArrayList<>(1));
                case Expected.Anything ignored -> anyIssuer;
            };
            sharing.forEach(other -> refuseOverlap(other.issuer(), issuer));
            sharing.add(new Loaded(issuer, loader.load(issuer)));
            warnings.addAll(issuer.warnings());
        }
        return new JwtVerifier(byIssuer, anyIssuer, warnings, clock);
    }

    private static void refuseOverlap(Issuer first, Issuer second) {
        if (!Collections.disjoint(first.algorithms(), second.algorithms())) {
            throw new IllegalArgumentException("issuers `" + first.name() + "` and `" + second.name()
                    + "` have the same `issuer` or both none, and an algorithm in common, so that a token could mean"
                    + " either, give each its own");
        }
    }

    /** What a start should warn about. */
    public List<String> warnings() {
        return warnings;
    }

    /** Verifies a token, as it stood behind {@code Bearer}. */
    public Verdict verify(String text) {
        return switch (CompactToken.read(text)) {
            case CompactToken.Reading.Unreadable(UnprovenReason reason) -> new Verdict.Refused(reason);
            case CompactToken.Reading.Read(CompactToken token) -> verify(token);
        };
    }

    private Verdict verify(CompactToken token) {
        Object named = token.claims().get("iss");
        if (token.claims().containsKey("iss") && !(named instanceof String)) {
            return new Verdict.Refused(UnprovenReason.BAD_CLAIM);
        }
        List<Loaded> meant = named instanceof String text ? byIssuer.getOrDefault(text, anyIssuer) : anyIssuer;
        if (meant.isEmpty()) {
            return new Verdict.Refused(UnprovenReason.UNKNOWN_ISSUER);
        }
        Algorithm algorithm = Algorithm.of(token.algorithm()).orElse(null);
        for (Loaded loaded : meant) {
            if (algorithm != null && loaded.issuer().algorithms().contains(algorithm)) {
                return verify(token, loaded, algorithm);
            }
        }
        return new Verdict.Refused(UnprovenReason.ALGORITHM);
    }

    private Verdict verify(CompactToken token, Loaded by, Algorithm algorithm) {
        List<VerificationKey> candidates = by.keys().candidates(token.keyId());
        if (candidates.isEmpty()) {
            return new Verdict.Refused(UnprovenReason.UNKNOWN_KEY);
        }
        List<VerificationKey> fit =
                candidates.stream().filter(key -> key.fits(algorithm)).toList();
        if (fit.isEmpty()) {
            return new Verdict.Refused(UnprovenReason.ALGORITHM);
        }
        if (fit.size() > 1) {
            // Trying each would let a token buy as many checks as there are keys.
            return new Verdict.Refused(UnprovenReason.UNKNOWN_KEY);
        }
        if (!token.isSignedBy(fit.getFirst(), algorithm)) {
            return new Verdict.Refused(UnprovenReason.BAD_SIGNATURE);
        }
        return new TokenClaims(by.issuer(), token.claims()).check(clock.instant());
    }
}
