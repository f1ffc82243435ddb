package dev.pavise.policy.identity;

import dev.pavise.policy.Policy;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Subject;
import dev.pavise.policy.limit.RefusedCredentials;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Proves who sent a request. Part of one configuration: a new one has its own, and with it forgets every token that was
 * remembered.
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
    private final TokenMemory memory;
    private final ConcurrentHashMap<String, Principal> keyHolders = new ConcurrentHashMap<>();

    /** @param remembered how many verified tokens to remember at most */
    public Identities(
            Policy policy,
            JwtVerifier tokens,
            OperatorToken operator,
            ApiKeys keys,
            RefusedCredentials refused,
            InstantSource clock,
            int remembered) {
        this.policy = policy;
        this.tokens = tokens;
        this.operator = operator;
        this.keys = keys;
        this.refused = refused;
        this.clock = clock;
        this.memory = new TokenMemory(remembered);
    }

    /** Who it is, as far as the request proves it. */
    public Identity identify(Presented presented) {
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
            case BearerText.Token(String token) -> ofToken(token, presented);
        };
    }

    private Identity ofCertificate(Presented presented) {
        String name = presented.certificate();
        return name == null
                ? new Identity.Unproven(UnprovenReason.MISSING)
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

    private Identity ofToken(String token, Presented presented) {
        byte[] digest = TokenDigest.sha256(token);
        TokenDigest key = TokenDigest.of(digest);
        Optional<Principal> known = memory.recall(key, clock.instant());
        if (known.isPresent()) {
            return proven(known.get(), presented);
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
                : ofUnknown(token, key, presented);
    }

    private Identity ofUnknown(String token, TokenDigest key, Presented presented) {
        if (token.indexOf('.') < 0) {
            return refuse(presented.address(), UnprovenReason.UNKNOWN_TOKEN);
        }
        return switch (tokens.verify(token)) {
            case JwtVerifier.Verdict.Refused(UnprovenReason reason) -> refuse(presented.address(), reason);
            case JwtVerifier.Verdict.Verified(Subject.Token subject) -> {
                Principal principal = policy.principal(subject);
                memory.remember(key, principal, subject.expiry());
                yield proven(principal, presented);
            }
        };
    }

    private static Identity proven(Principal principal, Presented presented) {
        String certificate = presented.certificate();
        return new Identity.Proven(certificate == null ? principal : principal.beside(certificate));
    }

    /** Refuses what needs no check, unless the address has had its share of that too. */
    private Identity limited(InetAddress address, UnprovenReason reason) {
        OptionalLong wait = refused.retryAfter(address);
        return wait.isPresent() ? new Identity.Throttled(wait.getAsLong()) : refuse(address, reason);
    }

    private Identity refuse(InetAddress address, UnprovenReason reason) {
        refused.charge(address);
        return new Identity.Unproven(reason);
    }
}
