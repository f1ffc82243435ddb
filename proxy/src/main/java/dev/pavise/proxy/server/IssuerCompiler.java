package dev.pavise.proxy.server;

import dev.pavise.policy.identity.Algorithm;
import dev.pavise.policy.identity.ClaimNames;
import dev.pavise.policy.identity.Expected;
import dev.pavise.policy.identity.Issuer;
import dev.pavise.policy.identity.KeySource;
import dev.pavise.policy.identity.RemoteKeys;
import dev.pavise.proxy.config.IdentityConfig;
import dev.pavise.proxy.issuer.RemoteIssuer;
import dev.pavise.proxy.tls.OutgoingTrust;
import dev.pavise.proxy.tls.TlsMaterial;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** An issuer of the configuration as the checks of tokens need it. */
public final class IssuerCompiler {
    private final Function<RemoteIssuer, RemoteKeys> remote;
    private final InstantSource clock;

    /**
     * For the issuers of one configuration.
     *
     * @param remote the keys of an issuer that publishes them
     */
    public IssuerCompiler(Function<RemoteIssuer, RemoteKeys> remote, InstantSource clock) {
        this.remote = remote;
        this.clock = clock;
    }

    /**
     * Makes one issuer.
     *
     * @throws IllegalArgumentException with a message fit for the configuration's place
     */
    public Issuer compile(IdentityConfig.Issuer issuer) {
        Set<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);
        for (String name : issuer.algorithms()) {
            algorithms.add(Algorithm.of(name)
                    .orElseThrow(() -> new IllegalArgumentException("algorithm `" + name + "` is not known")));
        }
        IdentityConfig.Claims claims = issuer.claims();
        return new Issuer(
                issuer.name(),
                issuer.issuer() == null ? Expected.anything() : Expected.exactly(issuer.issuer()),
                issuer.audience().isEmpty() ? Expected.anything() : Expected.oneOf(issuer.audience()),
                algorithms,
                keys(issuer, algorithms),
                issuer.leeway(),
                new ClaimNames(claims.sub(), claims.roles(), claims.permissions(), claims.scope(), claims.groups()));
    }

    private KeySource keys(IdentityConfig.Issuer issuer, Set<Algorithm> algorithms) {
        return switch (issuer.keys()) {
            case IdentityConfig.Keys.JwksFile(var path) -> new KeySource.JwksFile(path);
            case IdentityConfig.Keys.PublicKey(var path) -> new KeySource.PublicKeyFile(path);
            case IdentityConfig.Keys.SharedSecret(var secret) -> new KeySource.SharedSecret(secret.reveal());
            case IdentityConfig.Keys.Remote fetched ->
                new KeySource.Remote(remote.apply(new RemoteIssuer(
                        issuer.name(),
                        String.valueOf(issuer.issuer()),
                        fetched.from(),
                        trust(issuer, fetched),
                        algorithms,
                        fetched.refresh(),
                        fetched.keep())));
        };
    }

    private OutgoingTrust trust(IdentityConfig.Issuer issuer, IdentityConfig.Keys.Remote fetched) {
        return switch (OutgoingTrust.load(fetched.ca(), clock)) {
            case TlsMaterial.Ready<OutgoingTrust>(OutgoingTrust trust, var ignored) -> trust;
            case TlsMaterial.Refused<OutgoingTrust>(List<String> problems) ->
                throw new IllegalArgumentException(
                        "`ca` of issuer `" + issuer.name() + "`: " + String.join("; ", problems));
        };
    }
}
