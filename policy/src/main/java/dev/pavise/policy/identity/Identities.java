package dev.pavise.policy.identity;

import dev.pavise.policy.Policy;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Subject;
import dev.pavise.policy.limit.RefusedCredentials;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Proves who sent a request, under one policy. Tokens that were verified are remembered by their verifier, which can outlive
 * the policy.
 *
 * <p>Guarantees: only a right credential makes a principal, and a refused one is not made good by a certificate beside
 * it. One address cannot buy more signature checks with wrong credentials than its limit. Safe for any number of
 * threads, and does no input or output.
 */
public final class Identities {
    private final Policy policy;
    private final JwtVerifier tokens;
    private final OperatorToken operator;
    private final ApiKeys keys;
    private final RefusedCredentials refused;
    private final InstantSource clock;
    private final ConcurrentHashMap<String, Principal> keyHolders = new ConcurrentHashMap<>();

    public Identities(
            Policy policy,
            JwtVerifier tokens,
            OperatorToken operator,
            ApiKeys keys,
            RefusedCredentials refused,
            InstantSource clock) {
        this.policy = policy;
        this.tokens = tokens;
        this.operator = operator;
        this.keys = keys;
        this.refused = refused;
        this.clock = clock;
    }

    /** Who it is, as far as the request proves it by what is at hand. */
    public Identity identify(Presented presented) {
        return identify(presented, false);
    }

    /**
     * Who it is, as far as the request proves it.
     *
     * @param mayWait whether the answer may be {@link Identity.Unsettled}, and an issuer be asked for newer keys
     */
    public Identity identify(Presented presented, boolean mayWait) {
        if (presented.credentials() > 1) {
            return new Identity.Ambiguous(
                    "the request carries " + presented.credentials() + " credentials, send exactly one");
        }
        if (!presented.apiKeys().isEmpty()) {
            return ofKey(presented.apiKeys().getFirst(), presented);
        }
        if (presented.authorization().isEmpty()) {
            return ofCertificate(presented);
        }
        return switch (BearerText.read(presented.authorization().getFirst())) {
            case BearerText.Unreadable(UnprovenReason reason) -> limited(presented.address(), reason);
            case BearerText.Token(String token) -> ofToken(token, presented, mayWait);
        };
    }

    private Identity ofCertificate(Presented presented) {
        String name = presented.certificate();
        return name == null
                ? new Identity.Unproven(UnprovenReason.MISSING, "")
                : new Identity.Proven(policy.principal(new Subject.Certificate(name)));
    }

    /** A right key gets in even while its address is throttled, as nobody can guess one. */
    private Identity ofKey(String key, Presented presented) {
        return switch (keys.find(key, clock.instant())) {
            case ApiKeys.Lookup.Found(Subject.ApiKey subject) -> proven(principal(subject), presented);
            case ApiKeys.Lookup.Refused(UnprovenReason reason) -> limited(presented.address(), reason);
        };
    }

    /** A key's rights are worked out once; there are no more of these than there are keys. */
    @SuppressWarnings("ReferenceEquality") // a key that was changed since is another subject
    private Principal principal(Subject.ApiKey subject) {
        Principal known = keyHolders.get(subject.keyId());
        if (known == null || known.subject() != subject) {
            known = policy.principal(subject);
            keyHolders.put(subject.keyId(), known);
        }
        return known;
    }

    private Identity ofToken(String token, Presented presented, boolean mayWait) {
        byte[] digest = TokenDigest.sha256(token);
        TokenDigest key = TokenDigest.of(digest);
        Optional<ProvenToken> known = tokens.recall(key);
        if (known.isPresent()) {
            return proven(known.get().under(policy), presented);
        }
        // A token that nobody can guess gets in even while its address is throttled, or whoever shares the address
        // could lock the operator out. One that could be guessed is behind the limit like all else.
        boolean isOperator = operator.matches(digest);
        if (isOperator && !operator.isGuessable()) {
            return proven(policy.principal(new Subject.Operator()), presented);
        }
        OptionalLong wait = refused.retryAfter(presented.address());
        if (wait.isPresent()) {
            return new Identity.Throttled(wait.getAsLong());
        }
        return isOperator
                ? proven(policy.principal(new Subject.Operator()), presented)
                : ofUnknown(token, key, presented, mayWait);
    }

    private Identity ofUnknown(String token, TokenDigest key, Presented presented, boolean mayWait) {
        if (token.indexOf('.') < 0) {
            return refuse(presented.address(), UnprovenReason.UNKNOWN_TOKEN, "");
        }
        return switch (tokens.verify(token, key, mayWait)) {
            case JwtVerifier.Outcome.Proven(ProvenToken proven) -> proven(proven.under(policy), presented);
            case JwtVerifier.Outcome.Refused(UnprovenReason reason, String part) ->
                refuse(presented.address(), reason, part);
            case JwtVerifier.Outcome.Unsettled(CompletionStage<?> until) -> new Identity.Unsettled(until);
        };
    }

    private static Identity proven(Principal principal, Presented presented) {
        String certificate = presented.certificate();
        return new Identity.Proven(certificate == null ? principal : principal.beside(certificate));
    }

    /** Refuses what needs no check, unless the address has had its share of that too. */
    private Identity limited(InetAddress address, UnprovenReason reason) {
        OptionalLong wait = refused.retryAfter(address);
        return wait.isPresent() ? new Identity.Throttled(wait.getAsLong()) : refuse(address, reason, "");
    }

    /** Nobody is charged for an issuer that is away: its callers did nothing wrong, and bought no check. */
    private Identity refuse(InetAddress address, UnprovenReason reason, String part) {
        if (reason != UnprovenReason.ISSUER_KEYS_MISSING && reason != UnprovenReason.ISSUER_KEYS_STALE) {
            refused.charge(address);
        }
        return new Identity.Unproven(reason, part);
    }
}
