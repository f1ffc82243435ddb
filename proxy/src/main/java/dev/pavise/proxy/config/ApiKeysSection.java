package dev.pavise.proxy.config;

import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shape;
import dev.pavise.policy.config.Shapes;
import java.time.Duration;
import java.util.List;

/** Reads {@code identity.api_keys}. */
final class ApiKeysSection {

    private static final Shape<String> A_PREFIX =
            Scalars.matching("3 to 32 small letters, digits and `_`, with `_` at the end", "[a-z0-9_]{2,31}_");

    private static final Key<String> PREFIX =
            Key.withDefault("prefix", A_PREFIX, "pav_live_", "what new API keys begin with");
    private static final Key<List<String>> ALSO_ACCEPT = Key.withDefault(
            "also_accept",
            Shapes.list(A_PREFIX),
            "[]",
            "prefixes of API keys that were made before the prefix was changed");
    private static final Key<Duration> MAX_AGE =
            Key.withDefault("max_age", Scalars.duration("1m", "3650d"), "365d", "the longest life of an API key");
    private static final Key<Integer> MAX = Key.withDefault(
            "max", Scalars.integer(0, 100_000), "10000", "how many API keys can be live at the same time");

    static final Section<IdentityConfig.ApiKeys> SECTION = Section.of(
            List.of(PREFIX, ALSO_ACCEPT, MAX_AGE, MAX),
            keys -> new IdentityConfig.ApiKeys(
                    keys.get(PREFIX), keys.get(ALSO_ACCEPT), keys.get(MAX_AGE), keys.get(MAX)));

    private ApiKeysSection() {}
}
