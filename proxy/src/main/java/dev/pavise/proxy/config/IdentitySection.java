package dev.pavise.proxy.config;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Secret;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shapes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads {@code identity}; its issuers are read by {@link IssuerSection}. */
final class IdentitySection {

    private static final Key<Duration> SESSION_TIMEOUT = Key.withDefault(
            "session_timeout",
            Scalars.duration("1s", "30d"),
            "15m",
            "longest life of a stream without proving the identity again");
    private static final Key<Boolean> LOG_GENERATED_TOKEN = Key.withDefault(
            "log_generated_token",
            Scalars.bool(),
            "true",
            "whether a start that had to make the operator token logs it, once");
    private static final Key<Secret> OPERATOR_TOKEN = Key.optional(
            "operator_token",
            Scalars.secret(16),
            "the operator token; default: PAVISE_AUTH_TOKEN, else one is made and kept in data_dir");
    private static final Key<List<IdentityConfig.Issuer>> ISSUERS =
            Key.withDefault("issuers", Shapes.list(IssuerSection.SECTION), "[]", "whose JSON Web Tokens are believed");
    private static final Key<IdentityConfig.ApiKeys> API_KEYS = Key.withDefault(
            "api_keys", ApiKeysSection.SECTION, "{}", "how API keys look, and how long and how many there can be");

    private static final Key<String> RESOURCE = Key.optional(
            "resource",
            HttpsUrls.origin(),
            "the https origin under which clients know this gateway, for the resource metadata (RFC 9728); default: the host"
                    + " that was asked for");

    static final Section<IdentityConfig> SECTION = Section.of(
            List.of(SESSION_TIMEOUT, LOG_GENERATED_TOKEN, OPERATOR_TOKEN, ISSUERS, API_KEYS, RESOURCE),
            Set.of("oidc"),
            IdentitySection::make);

    private IdentitySection() {}

    private static IdentityConfig make(Bound identity) {
        List<IdentityConfig.Issuer> issuers = identity.get(ISSUERS);
        Set<String> names = new HashSet<>();
        for (IdentityConfig.Issuer issuer : issuers) {
            if (!names.add(issuer.name())) {
                identity.reading().error(issuer.place(), "another issuer is called `" + issuer.name() + "` already");
            }
        }
        return new IdentityConfig(
                identity.get(SESSION_TIMEOUT),
                identity.get(LOG_GENERATED_TOKEN),
                identity.find(OPERATOR_TOKEN),
                issuers,
                identity.get(API_KEYS),
                identity.find(RESOURCE));
    }
}
