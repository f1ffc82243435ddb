package dev.pavise.policy.condition;

import dev.cel.runtime.CelVariableResolver;
import dev.pavise.policy.Facts;
import dev.pavise.policy.Permission;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Rule;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one test of a condition can see; each part is worked out when the expression names it.
 *
 * @param shown the maps that the expression looks at as a whole; the others are asked by key
 */
record Known(Principal principal, Rule rule, Facts facts, Set<String> shown) implements CelVariableResolver {
    @Override
    public Optional<Object> find(String name) {
        return Optional.ofNullable(value(name));
    }

    private @Nullable Object value(String name) {
        return switch (name) {
            case "request.method" -> facts.method();
            case "request.host" -> facts.host();
            case "request.path" -> facts.path();
            case "request.query" -> orEmpty(facts.query());
            case Vocabulary.HEADERS -> shown.contains(name) ? facts.headers() : new KeyedMap<>(facts::header);
            case Vocabulary.PARAMS -> facts.variables();
            case "request.address" -> facts.address();
            case "request.time" -> facts.time();
            case "route.name" -> rule.name();
            case "route.permission" -> rule.needed().toString();
            default -> ofIdentity(name, principal, shown);
        };
    }

    /** What is known of who asks. */
    static @Nullable Object ofIdentity(String name, Principal principal, Set<String> shown) {
        return switch (name) {
            case "identity.id" -> principal.id();
            case "identity.name" -> principal.name();
            case "identity.source" -> principal.source().name().toLowerCase(Locale.ROOT);
            case "identity.roles" -> List.copyOf(principal.roles());
            case "identity.groups" -> List.copyOf(principal.groups());
            case "identity.permissions" -> permissions(principal);
            case Vocabulary.CLAIMS -> shown.contains(name) ? ClaimValues.all(principal.claims()) : byKey(principal);
            case "identity.certificate" -> principal.certificate().orElse("");
            default -> null;
        };
    }

    private static Map<String, Object> byKey(Principal principal) {
        Map<String, Object> claims = principal.claims();
        return new KeyedMap<>(name -> claims.containsKey(name) ? ClaimValues.of(claims.get(name)) : null);
    }

    private static List<String> permissions(Principal principal) {
        return principal.permissions().permissions().stream()
                .map(Permission::toString)
                .toList();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
