package dev.pavise.proxy.server;

import dev.pavise.policy.identity.Algorithm;
import dev.pavise.policy.identity.ClaimNames;
import dev.pavise.policy.identity.Expected;
import dev.pavise.policy.identity.Issuer;
import dev.pavise.policy.identity.KeySource;
import dev.pavise.proxy.config.IdentityConfig;
import java.util.EnumSet;
import java.util.Set;

/** An issuer of the configuration as the checks of tokens need it. */
public final class IssuerCompiler {
    private IssuerCompiler() {}

    /** @throws IllegalArgumentException with a message fit for the configuration's place */
    public static Issuer compile(IdentityConfig.Issuer issuer) {
        Set<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);
        for (String name : issuer.algorithms()) {
            algorithms.add(Algorithm.of(name)
                    .orElseThrow(() -> new IllegalArgumentException("algorithm `" + name + "` is not known")));
        }
        if (issuer.audience().size() > 1) {
            throw new IllegalArgumentException(
                    "issuer `" + issuer.name() + "` lists several audiences, name the one that means this gateway");
        }
        IdentityConfig.Claims claims = issuer.claims();
        return new Issuer(
                issuer.name(),
                issuer.issuer() == null ? Expected.anything() : Expected.exactly(issuer.issuer()),
                issuer.audience().isEmpty()
                        ? Expected.anything()
                        : Expected.exactly(issuer.audience().getFirst()),
                algorithms,
                keys(issuer.keys()),
                issuer.leeway(),
                new ClaimNames(claims.sub(), claims.roles(), claims.permissions(), claims.scope(), claims.groups()));
    }

    private static KeySource keys(IdentityConfig.Keys keys) {
        return switch (keys) {
            case IdentityConfig.Keys.JwksFile(var path) -> new KeySource.JwksFile(path);
            case IdentityConfig.Keys.PublicKey(var path) -> new KeySource.PublicKeyFile(path);
            case IdentityConfig.Keys.SharedSecret(var secret) -> new KeySource.SharedSecret(secret.reveal());
        };
    }
}
