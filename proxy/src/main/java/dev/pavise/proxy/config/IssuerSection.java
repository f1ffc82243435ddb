package dev.pavise.proxy.config;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Secret;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shape;
import dev.pavise.policy.config.Shapes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code identity.issuers}. */
final class IssuerSection {

    private static final String SOURCES = "`jwks_url`, `discovery: true`, `jwks_file`, `public_key` and `secret`";
    private static final String SHARED = "HS256";
    private static final List<String> ALGORITHMS =
            List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", SHARED);

    private static final Key<String> NAME = Key.required(
            "name",
            Scalars.matching("a name of letters, digits, `.`, `_` and `-`", "[A-Za-z0-9][A-Za-z0-9._-]{0,62}"),
            "our name for it; principals are called jwt:<name>:<sub>");
    private static final Key<String> ISSUER = Key.optional(
            "issuer",
            Scalars.text("the `iss` of its tokens"),
            "the iss of its tokens; may be left out only with secret");
    private static final Key<List<String>> AUDIENCE = Key.optional(
            "audience",
            Shapes.oneOrSome(Scalars.text("an audience")),
            "one of these must be in aud; may be left out only with secret");
    private static final Key<List<String>> ALGORITHMS_KEY = Key.optional(
            "algorithms",
            Shapes.someOf(Scalars.choice(ALGORITHMS), "name at least one"),
            "the only algorithms its tokens may use; default with secret: HS256, else it has to be there");
    private static final Key<Path> JWKS_FILE =
            Key.optional("jwks_file", Scalars.file("a file with a JWK Set"), "its public keys as a JWK Set (RFC 7517)");
    private static final Key<Path> PUBLIC_KEY =
            Key.optional("public_key", Scalars.file("a PEM file"), "its one public key, or a certificate with it");
    private static final Key<Secret> SECRET =
            Key.optional("secret", Scalars.secret(32), "the secret shared with it, for HS256");
    private static final Key<Duration> LEEWAY =
            Key.withDefault("leeway", Scalars.duration("0s", "5m"), "60s", "how far its clock may be off ours");
    private static final Key<IdentityConfig.Claims> CLAIMS =
            Key.withDefault("claims", claims(), "{}", "the names under which its tokens carry what is read");
    private static final Key<List<String>> MAY_GRANT = Key.optional(
            "may_grant",
            Shapes.list(Scalars.text("a role or a permission")),
            "roles and permissions its tokens may grant; default: the roles of this file and the permissions that routes"
                    + " name, never * or auth:*");

    static final Section<IdentityConfig.Issuer> SECTION = Section.of(
            List.of(
                    NAME,
                    ISSUER,
                    AUDIENCE,
                    ALGORITHMS_KEY,
                    JWKS_FILE,
                    PUBLIC_KEY,
                    SECRET,
                    RemoteKeysPart.JWKS_URL,
                    RemoteKeysPart.DISCOVERY,
                    RemoteKeysPart.JWKS_HOSTS,
                    RemoteKeysPart.CA,
                    RemoteKeysPart.REFRESH,
                    RemoteKeysPart.KEEP,
                    LEEWAY,
                    CLAIMS,
                    MAY_GRANT),
            IssuerSection::make);

    private IssuerSection() {}

    private static IdentityConfig.@Nullable Issuer make(Bound issuer) {
        checkParts(issuer);
        IdentityConfig.Keys keys = keys(issuer);
        if (keys == null) return null;
        List<String> audience = issuer.find(AUDIENCE);
        return new IdentityConfig.Issuer(
                issuer.get(NAME),
                issuer.find(ISSUER),
                audience == null ? List.of() : audience,
                algorithms(issuer),
                keys,
                issuer.get(LEEWAY),
                issuer.get(CLAIMS),
                issuer.find(MAY_GRANT),
                issuer.place());
    }

    private static void checkParts(Bound issuer) {
        long sources = Stream.of(JWKS_FILE, PUBLIC_KEY, SECRET)
                        .filter(issuer::mentions)
                        .count()
                + RemoteKeysPart.sources(issuer);
        if (sources == 0) issuer.error("needs one of " + SOURCES);
        if (sources > 1) issuer.error("has more than one of " + SOURCES + "; keep one");
        RemoteKeysPart.check(issuer);
        if (sources != 1 || issuer.mentions(SECRET)) return;
        if (!issuer.mentions(ISSUER)) issuer.error("`issuer` is missing; only one with a `secret` may leave it out");
        if (!issuer.mentions(AUDIENCE))
            issuer.error("`audience` is missing; only one with a `secret` may leave it out");
        if (!issuer.mentions(ALGORITHMS_KEY)) issuer.error("`algorithms` is missing: such as [ES256]");
    }

    private static IdentityConfig.@Nullable Keys keys(Bound issuer) {
        Path jwks = issuer.find(JWKS_FILE);
        if (jwks != null) return new IdentityConfig.Keys.JwksFile(jwks);
        Path key = issuer.find(PUBLIC_KEY);
        if (key != null) return new IdentityConfig.Keys.PublicKey(key);
        Secret secret = issuer.find(SECRET);
        if (secret != null) return new IdentityConfig.Keys.SharedSecret(secret);
        return RemoteKeysPart.keys(issuer, ISSUER);
    }

    // A public key must never be taken for a shared secret (RFC 8725, section 3.1), so the two kinds do not mix in one
    // issuer.
    private static List<String> algorithms(Bound issuer) {
        List<String> asked = issuer.find(ALGORITHMS_KEY);
        boolean shared = issuer.mentions(SECRET);
        if (asked == null) return shared ? List.of(SHARED) : List.of();
        if (shared && !asked.stream().allMatch(SHARED::equals)) {
            issuer.error(ALGORITHMS_KEY, "with a `secret` the algorithm is HS256 alone");
        }
        if (!shared && asked.contains(SHARED)) issuer.error(ALGORITHMS_KEY, "HS256 needs a `secret`, not a public key");
        return asked;
    }

    private static Section<IdentityConfig.Claims> claims() {
        Shape<String> name = Scalars.text("the name of a claim");
        Key<String> sub = Key.withDefault("sub", name, "sub", "who the caller is");
        Key<String> roles = Key.withDefault("roles", name, "roles", "a list of roles");
        Key<String> permissions = Key.withDefault("permissions", name, "permissions", "a list of permissions");
        Key<String> scope = Key.withDefault("scope", name, "scope", "permissions in one text, parted by spaces");
        Key<String> groups = Key.withDefault("groups", name, "groups", "a list of groups");
        return Section.of(
                List.of(sub, roles, permissions, scope, groups),
                bound -> new IdentityConfig.Claims(
                        bound.get(sub), bound.get(roles), bound.get(permissions), bound.get(scope), bound.get(groups)));
    }
}
