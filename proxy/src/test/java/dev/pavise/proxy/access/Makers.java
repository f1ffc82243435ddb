package dev.pavise.proxy.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.pavise.policy.Binding;
import dev.pavise.policy.MayGrant;
import dev.pavise.policy.Permission;
import dev.pavise.policy.Policy;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Role;
import dev.pavise.policy.Subject;
import dev.pavise.policy.grant.GrantRefusal;
import dev.pavise.policy.grant.Rulebook;
import dev.pavise.policy.identity.ApiKeys.Lookup;
import dev.pavise.policy.identity.UnprovenReason;
import dev.pavise.policy.key.KeyFormat;
import dev.pavise.policy.key.KeyText;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who changes access in these tests, under which rules, at which time. */
final class Makers {
    static final Instant START = Instant.parse("2026-11-01T12:00:00Z");
    static final AccessSettings SETTINGS = new AccessSettings(KeyFormat.DEFAULT, Duration.ofDays(365), 20);

    static final Role DEVELOPER = role("developer", "agent:list", "agent:deploy");
    static final Role KEEPER = role("keeper", "auth:*");
    static final Map<String, Role> ROLES =
            Stream.of(Role.ADMIN, DEVELOPER, KEEPER).collect(Collectors.toMap(Role::name, role -> role));
    static final Rulebook RULES = new Rulebook(ROLES, Set.of("corp"), List.of());

    private static final Policy POLICY = Policy.compile(
            List.of(DEVELOPER, KEEPER),
            List.of(
                    Binding.ofPrincipal("cert:dev", Set.of("developer")),
                    Binding.ofPrincipal("cert:keeper", Set.of("keeper"))),
            List.of(),
            Map.of("corp", MayGrant.byDefault()));

    static final Principal OPERATOR = POLICY.principal(new Subject.Operator());
    static final Principal DEV = POLICY.principal(new Subject.Certificate("dev"));
    static final Principal KEEPER_OF_ACCESS = POLICY.principal(new Subject.Certificate("keeper"));

    private Makers() {}

    static Role role(String name, String... permissions) {
        return new Role(name, Stream.of(permissions).map(Permission::parse).collect(Collectors.toSet()));
    }

    static Access open(Path dataDir, InstantSource clock) throws AccessOpenException {
        return Access.open(dataDir, SETTINGS, RULES, clock);
    }

    static Access open(Path dataDir) throws AccessOpenException {
        return open(dataDir, () -> START);
    }

    static KeyRequest request(String name, String... permissions) {
        return new KeyRequest(name, List.of(permissions), null, null);
    }

    static NewKey create(Access access, String name) {
        return done(access.createKey(OPERATOR, request(name, "agent:list")));
    }

    static <T> T done(AccessResult<T> result) {
        return switch (result) {
            case AccessResult.Done<T>(T value) -> value;
            case AccessResult.Refused<T>(GrantRefusal code, String message) ->
                throw new AssertionError(code + ": " + message);
        };
    }

    static AccessResult.Refused<?> refused(AccessResult<?> result) {
        if (result instanceof AccessResult.Refused<?> refused) {
            return refused;
        }
        throw new AssertionError("was done");
    }

    static Subject.ApiKey found(Access access, Instant now, KeyText text) {
        return assertInstanceOf(Lookup.Found.class, access.state().keys().find(text.reveal(), now))
                .key();
    }

    static UnprovenReason reason(Access access, Instant now, KeyText text) {
        return assertInstanceOf(Lookup.Refused.class, access.state().keys().find(text.reveal(), now))
                .reason();
    }

    static void assertExceeds(AccessResult<?> result) {
        assertEquals(GrantRefusal.EXCEEDS_OWN_PERMISSIONS, refused(result).code());
    }
}
