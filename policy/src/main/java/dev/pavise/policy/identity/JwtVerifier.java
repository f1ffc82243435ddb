package dev.pavise.policy.identity;

import dev.pavise.policy.Subject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    private final Map<String, Loaded> byIssuer;
    private final @Nullable Loaded anyIssuer;
    private final List<String> warnings;
    private final InstantSource clock;

    private JwtVerifier(
            Map<String, Loaded> byIssuer, @Nullable Loaded anyIssuer, List<String> warnings, InstantSource clock) {
        this.byIssuer = Map.copyOf(byIssuer);
        this.anyIssuer = anyIssuer;
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
        Map<String, Loaded> byIssuer = new LinkedHashMap<>();
        Loaded anyIssuer = null;
        List<String> warnings = new ArrayList<>();
        for (Issuer issuer : issuers) {
            if (!names.add(issuer.name())) {
                throw new IllegalArgumentException("issuer `" + issuer.name() + "` is configured twice, rename one");
            }
            Loaded loaded = new Loaded(issuer, loader.load(issuer));
            switch (issuer.issuer()) {
                case Expected.Exactly(String value) -> refuseSecond(byIssuer.put(value, loaded), issuer);
                case Expected.Anything ignored -> {
                    refuseSecond(anyIssuer, issuer);
                    anyIssuer = loaded;
                }
            }
            warnings.addAll(issuer.warnings());
        }
        return new JwtVerifier(byIssuer, anyIssuer, warnings, clock);
    }

    private static void refuseSecond(@Nullable Loaded first, Issuer second) {
        if (first != null) {
            throw new IllegalArgumentException("issuers `" + first.issuer().name() + "` and `" + second.name()
                    + "` have the same `issuer` or both none, so that a token could mean either,"
                    + " give each its own");
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
        Loaded meant = named instanceof String text ? byIssuer.getOrDefault(text, anyIssuer) : anyIssuer;
        return meant == null ? new Verdict.Refused(UnprovenReason.UNKNOWN_ISSUER) : verify(token, meant);
    }

    private Verdict verify(CompactToken token, Loaded by) {
        Algorithm algorithm = Algorithm.of(token.algorithm()).orElse(null);
        if (algorithm == null || !by.issuer().algorithms().contains(algorithm)) {
            return new Verdict.Refused(UnprovenReason.ALGORITHM);
        }
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
