package dev.pavise.proxy.explain;

import dev.pavise.policy.Principal;
import dev.pavise.policy.Subject;
import dev.pavise.policy.identity.Issuer;
import dev.pavise.policy.identity.JwtVerifier;
import dev.pavise.policy.identity.RemoteKeys;
import dev.pavise.policy.identity.SignatureProvider;
import dev.pavise.policy.identity.UnsignedClaims;
import dev.pavise.proxy.config.IdentityConfig;
import dev.pavise.proxy.server.IssuerCompiler;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Makes the principal of a described caller. */
final class Identification {
    private final CompiledRules rules;
    private final Instant now;

    Identification(CompiledRules rules, Instant now) {
        this.rules = rules;
        this.now = now;
    }

    /** What came of it. */
    sealed interface Result {
        record Known(Principal principal) implements Result {}

        /** The gateway would answer 401, for this reason. */
        record Unproven(String reason) implements Result {}
    }

    /** @throws IllegalArgumentException where the description means nothing under this configuration */
    Result of(DescribedIdentity described) {
        return switch (described) {
            case DescribedIdentity.Nobody ignored -> new Result.Unproven("no_credential");
            case DescribedIdentity.Operator ignored -> known(new Subject.Operator());
            case DescribedIdentity.Certificate(String name) -> known(new Subject.Certificate(name));
            case DescribedIdentity.Key(String name, var permissions) ->
                known(new Subject.ApiKey("described", name, permissions, null));
            case DescribedIdentity.Claims(String issuer, Map<String, Object> claims) ->
                known(UnsignedClaims.subject(issuer(issuer), claims, now));
            case DescribedIdentity.Token(String text) -> verified(text);
        };
    }

    private Result known(Subject subject) {
        return new Result.Known(rules.policy().principal(subject));
    }

    private Result verified(String text) {
        List<Issuer> issuers =
                rules.config().identity().issuers().stream().map(this::compiled).toList();
        JwtVerifier verifier = JwtVerifier.load(issuers, SignatureProvider.forIssuers(issuers), fixed());
        return switch (verifier.verify(text.strip())) {
            case JwtVerifier.Verdict.Verified(Subject.Token subject) -> known(subject);
            case JwtVerifier.Verdict.Refused(var reason, String part) ->
                new Result.Unproven(part.isEmpty() ? reason.code() : reason.code() + ": `" + part + "` of the token");
        };
    }

    private Issuer issuer(String name) {
        List<IdentityConfig.Issuer> issuers = rules.config().identity().issuers();
        return issuers.stream()
                .filter(issuer ->
                        name.isEmpty() ? issuers.size() == 1 : issuer.name().equals(name))
                .findFirst()
                .map(this::compiled)
                .orElseThrow(() -> new IllegalArgumentException(
                        name.isEmpty()
                                ? "the claims are of no certain issuer, as the configuration has " + issuers.size()
                                        + "; name one"
                                : "there is no issuer `" + name + "` in the configuration"));
    }

    private Issuer compiled(IdentityConfig.Issuer issuer) {
        return new IssuerCompiler(published -> RemoteKeys.NONE, fixed()).compile(issuer);
    }

    private InstantSource fixed() {
        return InstantSource.fixed(now);
    }
}
