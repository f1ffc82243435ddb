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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Verifies tokens (RFC 7519 in the compact form of RFC 7515) as RFC 8725 asks.
 *
 * <p>Guarantees, against whoever can send any bytes: a token is accepted only if a key of the issuer that its {@code iss}
 * means signed exactly these bytes, by an algorithm that the issuer allows and the key is for, and if it has not expired,
 * is valid already and is meant for this gateway. The token chooses among the configured issuers and their keys and
 * brings none; nothing that it names is ever fetched. Anything unexpected is a refusal. What it does not do: it cannot tell a stolen
 * token from one in its owner's hands.
 *
 * <p>Verified tokens are remembered for as long as they would be verified again, so that a client pays for one signature
 * check; a forged one is remembered too, for as long as the keys stay the same. Safe for any number of threads; does no
 * input or output once loaded.
 */
public final class JwtVerifier {
    /** The outcome, with the reason that only the audit trail gets to see. */
    public sealed interface Verdict {
        /** The token is good until the subject's expiry, which includes the issuer's clock skew. */
        record Verified(Subject.Token subject) implements Verdict {}

        /**
         * It is not taken.
         *
         * @param part which claim, parameter or part of the token is to blame, by its name; never what stood in it
         */
        record Refused(UnprovenReason reason, String part) implements Verdict {}
    }

    /** How many verified tokens are remembered, where it is not said. */
    private static final int REMEMBERED = 10_000;

    /** How many forged tokens are, each worth a signature check when it comes again. */
    private static final int REMEMBERED_FORGERIES = 1 << 10;

    private static final Outcome FORGED = new Outcome.Refused(UnprovenReason.BAD_SIGNATURE, "signature");

    /** By {@code iss}; those that share one are told apart by their algorithms, which do not overlap. */
    private final Map<String, List<LoadedIssuer>> byIssuer;

    private final List<LoadedIssuer> anyIssuer;
    private final List<String> warnings;
    private final InstantSource clock;
    private final TokenMemory memory;
    private final ForgedTokens forged;

    private JwtVerifier(
            Map<String, List<LoadedIssuer>> byIssuer,
            List<LoadedIssuer> anyIssuer,
            List<String> warnings,
            InstantSource clock,
            int remembered) {
        this.byIssuer = Map.copyOf(byIssuer);
        this.anyIssuer = List.copyOf(anyIssuer);
        this.warnings = List.copyOf(warnings);
        this.clock = clock;
        this.memory = new TokenMemory(remembered);
        this.forged = new ForgedTokens(remembered == 0 ? 0 : REMEMBERED_FORGERIES);
    }

    /**
     * Reads the keys of the issuers.
     *
     * @throws IllegalArgumentException where keys cannot be read or used, or two issuers could not be told apart
     */
    public static JwtVerifier load(Collection<Issuer> issuers, SignatureProvider provider, InstantSource clock) {
        return load(issuers, provider, clock, REMEMBERED);
    }

    /**
     * The same, with a memory of another size.
     *
     * @param remembered how many verified tokens are remembered at most
     */
    public static JwtVerifier load(
            Collection<Issuer> issuers, SignatureProvider provider, InstantSource clock, int remembered) {
        KeyLoader loader = new KeyLoader(provider);
        Set<String> names = new HashSet<>();
        Map<String, List<LoadedIssuer>> byIssuer = new LinkedHashMap<>();
        List<LoadedIssuer> anyIssuer = new ArrayList<>(1);
        List<String> warnings = new ArrayList<>();
        provider.warning().ifPresent(warnings::add);
        for (Issuer issuer : issuers) {
            if (!names.add(issuer.name())) {
                throw new IllegalArgumentException("issuer `" + issuer.name() + "` is configured twice, rename one");
            }
            List<LoadedIssuer> sharing = switch (issuer.issuer()) {
                case Expected.Exactly(String value) -> byIssuer.computeIfAbsent(value, first -> new ArrayList<>(1));
                case Expected.Anything ignored -> anyIssuer;
                case Expected.OneOf ignored -> throw new IllegalStateException("an issuer has one name");
            };
            sharing.forEach(other -> refuseOverlap(other.issuer(), issuer));
            sharing.add(loaded(issuer, loader));
            warnings.addAll(issuer.warnings());
        }
        return new JwtVerifier(byIssuer, anyIssuer, warnings, clock, remembered);
    }

    private static LoadedIssuer loaded(Issuer issuer, KeyLoader loader) {
        return issuer.keys() instanceof KeySource.Remote(RemoteKeys remote)
                ? new LoadedIssuer.Fetching(issuer, remote)
                : new LoadedIssuer.Configured(issuer, new LoadedIssuer.Keys.Held(loader.load(issuer)));
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

    /** Verifies a token, as it stood behind {@code Bearer}, by the keys at hand. */
    public Verdict verify(String text) {
        return switch (verify(text, TokenDigest.of(TokenDigest.sha256(text)), false)) {
            case Outcome.Proven(ProvenToken proven) -> new Verdict.Verified(proven.subject());
            case Outcome.Refused(UnprovenReason reason, String part) -> new Verdict.Refused(reason, part);
            case Outcome.Unsettled ignored -> throw new IllegalStateException("waited without leave");
        };
    }

    /** A token that was verified before, and would be now. */
    Optional<ProvenToken> recall(TokenDigest digest) {
        return memory.recall(digest, clock.instant());
    }

    /** What checking a token came to. */
    sealed interface Outcome {
        record Proven(ProvenToken proven) implements Outcome {}

        record Refused(UnprovenReason reason, String part) implements Outcome {}

        /** Its issuer is being asked for newer keys, and until that is done it cannot be told. Never without leave to wait. */
        record Unsettled(CompletionStage<?> until) implements Outcome {}
    }

    /**
     * Verifies a token, and remembers it where it is good, or where its signature is not.
     *
     * @param mayWait whether the caller can wait for newer keys
     */
    Outcome verify(String text, TokenDigest digest, boolean mayWait) {
        if (forged.recall(digest)) {
            return FORGED;
        }
        Outcome outcome = check(text, digest, mayWait);
        if (outcome instanceof Outcome.Proven(ProvenToken proven)) {
            memory.remember(digest, proven, proven.subject().expiry());
        }
        return outcome;
    }

    private Outcome check(String text, TokenDigest digest, boolean mayWait) {
        return switch (CompactToken.read(text)) {
            case CompactToken.Reading.Unreadable(UnprovenReason reason, String part) ->
                new Outcome.Refused(reason, part);
            case CompactToken.Reading.Read(CompactToken token) -> check(token, digest, mayWait);
        };
    }

    private Outcome check(CompactToken token, TokenDigest digest, boolean mayWait) {
        Object named = token.claims().get("iss");
        if (token.claims().containsKey("iss") && !(named instanceof String)) {
            return new Outcome.Refused(UnprovenReason.BAD_CLAIM, "iss");
        }
        List<LoadedIssuer> meant = named instanceof String text ? byIssuer.getOrDefault(text, anyIssuer) : anyIssuer;
        if (meant.isEmpty()) {
            return new Outcome.Refused(UnprovenReason.UNKNOWN_ISSUER, "iss");
        }
        Algorithm algorithm = Algorithm.of(token.algorithm()).orElse(null);
        for (LoadedIssuer loaded : meant) {
            if (algorithm != null && loaded.issuer().algorithms().contains(algorithm)) {
                return check(token, digest, loaded, algorithm, mayWait);
            }
        }
        return new Outcome.Refused(UnprovenReason.ALGORITHM, "alg");
    }

    private Outcome check(
            CompactToken token, TokenDigest digest, LoadedIssuer by, Algorithm algorithm, boolean mayWait) {
        return switch (by.keys()) {
            case LoadedIssuer.Keys.Lacking(UnprovenReason reason) -> later(token, by, reason, mayWait);
            case LoadedIssuer.Keys.Held(KeySet keys) -> {
                List<VerificationKey> candidates = keys.candidates(token.keyId());
                yield candidates.isEmpty()
                        ? later(token, by, UnprovenReason.UNKNOWN_KEY, mayWait)
                        : check(token, digest, by, keys, candidates, algorithm);
            }
        };
    }

    /** Asks for newer keys, if they could help: a token that its own claims refuse is not worth it. */
    private Outcome later(CompactToken token, LoadedIssuer by, UnprovenReason reason, boolean mayWait) {
        boolean worthIt = mayWait
                && new TokenClaims(by.issuer(), token.claims()).check(clock.instant())
                        instanceof TokenClaims.Reading.Good;
        Optional<CompletionStage<?>> asked = worthIt ? by.ask() : Optional.empty();
        return asked.isPresent()
                ? new Outcome.Unsettled(asked.get())
                : new Outcome.Refused(reason, reason == UnprovenReason.UNKNOWN_KEY ? "kid" : "");
    }

    private Outcome check(
            CompactToken token,
            TokenDigest digest,
            LoadedIssuer by,
            KeySet keys,
            List<VerificationKey> candidates,
            Algorithm algorithm) {
        List<VerificationKey> fit =
                candidates.stream().filter(key -> key.fits(algorithm)).toList();
        if (fit.isEmpty()) {
            return new Outcome.Refused(UnprovenReason.ALGORITHM, "alg");
        }
        if (fit.size() > 1) {
            // Trying each would let a token buy as many checks as there are keys.
            return new Outcome.Refused(UnprovenReason.UNKNOWN_KEY, "kid");
        }
        if (!token.isSignedBy(fit.getFirst(), algorithm)) {
            forged.remember(digest, by::keys, keys);
            return FORGED;
        }
        return switch (new TokenClaims(by.issuer(), token.claims()).check(clock.instant())) {
            case TokenClaims.Reading.Good(Subject.Token subject) ->
                new Outcome.Proven(new ProvenToken(subject, by::keys, keys));
            case TokenClaims.Reading.Bad(UnprovenReason reason, String claim) -> new Outcome.Refused(reason, claim);
        };
    }
}
