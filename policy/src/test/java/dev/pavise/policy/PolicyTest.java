package dev.pavise.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
    private static final Role DEVELOPER = role("developer", "agent:list", "message:send");
    private static final Role KEEPER = role("keeper", "auth:manage", "agent:logs");
    private static final Role EVERYTHING = role("everything", "*", "agent:scale");
    private static final Role READERS = role("readers", "*:read", "agent:read");
    private static final List<Role> ROLES = List.of(DEVELOPER, KEEPER, EVERYTHING, READERS);
    private static final Set<Permission> ROUTES = permissions("agent:list", "agent:logs", "auth:check", "*");
    private static final Map<String, MayGrant> ONE_ISSUER = Map.of("corp", MayGrant.byDefault());

    private final Policy policy = Policy.compile(
            ROLES,
            List.of(
                    Binding.ofPrincipal("alice", Set.of("developer")),
                    Binding.ofPrincipal("jwt:corp:root", Set.of("admin")),
                    Binding.ofPrincipal("cert:agent.example", Set.of("keeper")),
                    Binding.ofGroup("staff", Set.of("developer")),
                    Binding.ofGroup("staff", Set.of("readers"))),
            ROUTES,
            ONE_ISSUER);

    @Test
    void letsTheOperatorDoEverything() {
        Principal operator = policy.principal(new Subject.Operator());
        assertEquals("operator", operator.id());
        assertEquals(Set.of("admin"), operator.roles());
        assertInstanceOf(Permit.class, decide(operator, "anything:atall"));
        assertInstanceOf(Permit.class, decide(operator, "*"));
    }

    @Test
    void deniesWhoIsBoundToNothing() {
        Deny deny = assertInstanceOf(Deny.class, decide(token("mallory").principal(), "agent:list"));
        assertEquals("route", deny.rule().name());
        assertEquals(Permission.parse("agent:list"), deny.rule().needed());
        assertEquals("`jwt:corp:mallory` does not have permission `agent:list`", deny.reason());
        assertInstanceOf(
                Deny.class, decide(policy.principal(new Subject.Certificate("stranger.example")), "agent:list"));
    }

    @Test
    void permitCarriesPrincipalAndRule() {
        Permit permit = assertInstanceOf(Permit.class, decide(token("alice").principal(), "agent:list"));
        assertEquals("jwt:corp:alice", permit.principal().id());
        assertEquals("route", permit.rule().name());
    }

    @Test
    void keepsNamesOfDifferentSourcesApart() {
        // The subject of a token cannot take the place of a certificate, nor of the operator.
        for (String name : List.of("cert:agent.example", "agent.example", "operator", "jwt:corp:root", "corp:root")) {
            Principal principal = token(name).principal();
            assertTrue(principal.permissions().permissions().isEmpty(), name);
        }
        assertTrue(policy.principal(new Subject.Certificate("alice"))
                .permissions()
                .permissions()
                .isEmpty());
        assertInstanceOf(
                Permit.class, decide(policy.principal(new Subject.Certificate("agent.example")), "auth:manage"));
    }

    @Test
    void bindsGroupsOfTheOnlyIssuer() {
        Principal member = token("bob").groups("staff", "unknown").principal();
        assertEquals(Set.of("developer", "readers"), member.roles());
        assertEquals(Set.of("staff", "unknown"), member.groups());
        assertInstanceOf(Permit.class, decide(member, "tool:read"));
    }

    @ParameterizedTest
    @CsvSource({
        "developer, agent:list, true",
        "developer, agent:logs, false",
        "keeper, agent:logs, true",
        "keeper, auth:manage, false",
        "everything, agent:scale, true",
        "everything, agent:list, false",
        "everything, auth:manage, false",
        "readers, agent:read, true",
        "readers, auth:read, false",
        "admin, agent:list, false",
        "unknown, agent:list, false",
        "Developer, agent:list, false"
    })
    void claimedRolesGiveByDefaultWhatDoesNotReachAuth(String role, String needed, boolean allowed) {
        Principal principal = token("bob").roles(role).principal();
        assertEquals(allowed, principal.permissions().allows(Permission.parse(needed)));
    }

    @Test
    void doesNotShowClaimedRolesThatGaveNothing() {
        assertEquals(
                Set.of("keeper"),
                token("bob").roles("admin", "ghost", "keeper").principal().roles());
    }

    @ParameterizedTest
    @CsvSource({
        "agent:list, agent:list, true",
        "agent:*, agent:list, true",
        "agent:*, agent:logs, true",
        "agent:*, agent:delete, false",
        "agent:delete, agent:delete, false",
        "*, agent:list, true",
        "*, agent:delete, false",
        "*, auth:check, false",
        "auth:check, auth:check, false",
        "auth:*, auth:check, false",
        "*:check, auth:check, false",
        "openid, agent:list, false",
        "'', agent:list, false",
        "'a b:c', agent:list, false"
    })
    void claimedPermissionsGiveByDefaultWhatRoutesName(String claimed, String needed, boolean allowed) {
        Principal principal = token("bob").permissions(claimed).principal();
        assertEquals(allowed, principal.permissions().allows(Permission.parse(needed)));
    }

    @ParameterizedTest
    @CsvSource({
        "roles, admin, agent:list, true",
        "roles, developer, agent:list, false",
        "permissions, auth:*, auth:check, true",
        "permissions, auth:*, auth:manage, false",
        "permissions, agent:list, agent:list, false"
    })
    void listedBoundsReplaceTheDefault(String claim, String value, String needed, boolean allowed) {
        Policy listed = Policy.compile(
                ROLES,
                List.of(),
                ROUTES,
                Map.of("corp", new MayGrant.Listed(Set.of("admin"), permissions("auth:check"))));
        Claims claims = new Claims(listed, "corp", "bob");
        Principal principal = (claim.equals("roles") ? claims.roles(value) : claims.permissions(value)).principal();
        assertEquals(allowed, principal.permissions().allows(Permission.parse(needed)));
    }

    @Test
    void claimsOfUnknownIssuersGiveNothing() {
        Principal principal = new Claims(policy, "gone", "alice")
                .roles("developer")
                .permissions("*")
                .groups("staff")
                .principal();
        assertTrue(principal.permissions().permissions().isEmpty());
    }

    @Test
    void bareNamesAndGroupsHoldForNoOtherIssuer() {
        Policy two = Policy.compile(
                ROLES,
                List.of(
                        Binding.ofPrincipal("jwt:corp:alice", Set.of("developer")),
                        Binding.ofGroup("jwt:corp:staff", Set.of("keeper"))),
                ROUTES,
                Map.of("corp", MayGrant.byDefault(), "partner", MayGrant.byDefault()));
        assertEquals(
                Set.of("developer", "keeper"),
                new Claims(two, "corp", "alice").groups("staff").principal().roles());
        assertEquals(
                Set.of(),
                new Claims(two, "partner", "alice").groups("staff").principal().roles());
    }

    @Test
    void judgesPrincipalsOfAnOlderPolicyAnew() {
        Principal alice = policy.principal(token("alice").subject()).beside("side.example");
        Policy without = Policy.compile(ROLES, List.of(), ROUTES, ONE_ISSUER);
        assertInstanceOf(Deny.class, without.decide(alice, rule("agent:list"), Facts.NONE));
        Principal nobody = without.principal(token("alice").subject()).beside("side.example");
        Permit permit = assertInstanceOf(Permit.class, policy.decide(nobody, rule("agent:list"), Facts.NONE));
        assertEquals("side.example", permit.principal().certificate().orElseThrow());
    }

    @Test
    void certificateBesideAddsNoPermission() {
        Principal alice = token("alice").principal();
        Principal beside = alice.beside("agent.example");
        assertSame(alice.permissions(), beside.permissions());
        assertEquals("jwt:corp:alice", beside.id());
        assertFalse(beside.permissions().allows(Permission.parse("auth:manage")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"key:", "operator", "jwt:other:alice", "jwt:corp", "jwt:corp:", "jwt:", "cert:"})
    void refusesBindingsThatCanMatchNobody(String name) {
        String error = Refusal.of(() ->
                Policy.compile(ROLES, List.of(Binding.ofPrincipal(name, Set.of("developer"))), ROUTES, ONE_ISSUER));
        assertTrue(error.contains("`" + name + "`"), error);
    }

    @Test
    void refusesBareNamesWhereNotExactlyOneIssuerIsConfigured() {
        for (Map<String, MayGrant> issuers :
                List.of(Map.<String, MayGrant>of(), Map.of("a", MayGrant.byDefault(), "b", MayGrant.byDefault()))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Policy.compile(
                            ROLES, List.of(Binding.ofPrincipal("alice", Set.of("developer"))), ROUTES, issuers));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Policy.compile(
                            ROLES, List.of(Binding.ofGroup("staff", Set.of("developer"))), ROUTES, issuers));
        }
    }

    @Test
    void refusesWhatIsEmptyUnknownOrTwice() {
        assertThrows(IllegalArgumentException.class, () -> role("empty"));
        assertThrows(IllegalArgumentException.class, () -> Binding.ofPrincipal("alice", Set.of()));
        assertThrows(IllegalArgumentException.class, () -> Binding.ofPrincipal("", Set.of("developer")));
        refuses(List.of(DEVELOPER, DEVELOPER), List.of());
        refuses(List.of(role("admin", "agent:list")), List.of());
        refuses(ROLES, List.of(Binding.ofPrincipal("alice", Set.of("ghost"))));
        assertThrows(
                IllegalArgumentException.class,
                () -> Policy.compile(
                        ROLES, List.of(), ROUTES, Map.of("corp", new MayGrant.Listed(Set.of("ghost"), Set.of()))));
        Policy.compile(List.of(role("admin", "*")), List.of(), Set.of(), Map.of());
    }

    private static void refuses(List<Role> roles, List<Binding> bindings) {
        assertThrows(IllegalArgumentException.class, () -> Policy.compile(roles, bindings, ROUTES, ONE_ISSUER));
    }

    @Test
    void remembersAPermitForTheVeryRuleItWasGivenFor() {
        Principal alice = token("alice").principal();
        List<Rule> allowed = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            allowed.add(rule("agent:list"));
        }
        Rule denied = rule("agent:logs");
        for (int round = 0; round < 3; round++) {
            for (Rule rule : allowed) {
                Permit permit = assertInstanceOf(Permit.class, policy.decide(alice, rule, Facts.NONE));
                assertSame(rule, permit.rule());
                assertSame(alice, permit.principal());
            }
            assertInstanceOf(Deny.class, policy.decide(alice, denied, Facts.NONE));
        }
    }

    @Test
    void forgetsPermitsWithThePolicyThatGaveThem() {
        Principal alice = token("alice").principal();
        Rule rule = rule("agent:list");
        assertInstanceOf(Permit.class, policy.decide(alice, rule, Facts.NONE));
        Policy without = Policy.compile(ROLES, List.of(), ROUTES, ONE_ISSUER);
        assertInstanceOf(Deny.class, without.decide(alice, rule, Facts.NONE));
    }

    private Decision decide(Principal principal, String needed) {
        return policy.decide(principal, rule(needed), Facts.NONE);
    }

    private static Rule rule(String needed) {
        return Rule.of("route", Permission.parse(needed));
    }

    private Claims token(String subject) {
        return new Claims(policy, "corp", subject);
    }

    private static Role role(String name, String... permissions) {
        return new Role(name, permissions(permissions));
    }

    private static Set<Permission> permissions(String... texts) {
        return Arrays.stream(texts).map(Permission::parse).collect(Collectors.toSet());
    }

    /** A token's claims in the making. */
    private record Claims(
            Policy policy,
            String issuer,
            String name,
            List<String> roles,
            List<String> permissions,
            List<String> groups) {
        Claims(Policy policy, String issuer, String name) {
            this(policy, issuer, name, List.of(), List.of(), List.of());
        }

        Claims roles(String... more) {
            return new Claims(policy, issuer, name, List.of(more), permissions, groups);
        }

        Claims permissions(String... more) {
            return new Claims(policy, issuer, name, roles, List.of(more), groups);
        }

        Claims groups(String... more) {
            return new Claims(policy, issuer, name, roles, permissions, List.of(more));
        }

        Subject.Token subject() {
            return new Subject.Token(issuer, name, roles, permissions, groups, Map.of(), Instant.MAX);
        }

        Principal principal() {
            return policy.principal(subject());
        }
    }
}
