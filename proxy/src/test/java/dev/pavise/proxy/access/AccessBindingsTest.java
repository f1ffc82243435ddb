package dev.pavise.proxy.access;

import static dev.pavise.proxy.access.Makers.DEV;
import static dev.pavise.proxy.access.Makers.KEEPER_OF_ACCESS;
import static dev.pavise.proxy.access.Makers.OPERATOR;
import static dev.pavise.proxy.access.Makers.START;
import static dev.pavise.proxy.access.Makers.assertExceeds;
import static dev.pavise.proxy.access.Makers.done;
import static dev.pavise.proxy.access.Makers.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Binding;
import dev.pavise.policy.grant.GrantRefusal;
import dev.pavise.policy.grant.Rulebook;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What operators can do with bindings. */
final class AccessBindingsTest {
    @TempDir
    Path dataDir;

    private final AtomicReference<Instant> time = new AtomicReference<>(START);
    private Access access;

    @BeforeEach
    void open() throws Exception {
        access = Makers.open(dataDir, time::get);
    }

    @AfterEach
    void close() {
        access.close();
    }

    // ---- bindings

    @Test
    void givesAndTakesRoles() {
        BindingView given = done(access.assignRole(OPERATOR, "alice", "developer"));
        assertEquals("jwt:corp:alice", given.holder());
        done(access.assignRole(OPERATOR, "jwt:corp:alice", "developer"));
        done(access.assignRole(OPERATOR, "cert:ci", "keeper"));
        assertEquals(2, access.bindings().size());
        assertEquals(
                List.of(
                        Binding.ofPrincipal("cert:ci", Set.of("keeper")),
                        Binding.ofPrincipal("jwt:corp:alice", Set.of("developer"))),
                access.state().bindings());
        done(access.unassignRole(KEEPER_OF_ACCESS, "alice", "developer"));
        assertEquals(
                GrantRefusal.NOT_FOUND,
                refused(access.unassignRole(OPERATOR, "alice", "developer")).code());
        assertEquals(1, access.state().bindings().size());
    }

    @ParameterizedTest
    @CsvSource({
        "operator,developer,MALFORMED",
        "'',developer,MALFORMED",
        "jwt:other:alice,developer,MALFORMED",
        "jwt:corp:,developer,MALFORMED",
        "cert:,developer,MALFORMED",
        "key:,developer,MALFORMED",
        "'a\u202eb',developer,MALFORMED",
        "alice,nobody,UNKNOWN_ROLE",
        "alice,'',UNKNOWN_ROLE"
    })
    void refusesNamesThatMeanNobody(String principal, String role, GrantRefusal code) {
        assertEquals(code, refused(access.assignRole(OPERATOR, principal, role)).code());
        assertEquals(
                GrantRefusal.MALFORMED,
                refused(access.assignRole(OPERATOR, "x".repeat(513), "developer"))
                        .code());
        assertEquals(List.of(), access.bindings());
    }

    @Test
    void nobodyGivesARoleThatHoldsMoreThanHe() {
        assertExceeds(access.assignRole(KEEPER_OF_ACCESS, "alice", "developer"));
        assertExceeds(access.assignRole(KEEPER_OF_ACCESS, "cert:keeper", "admin"));
        done(access.assignRole(DEV, "alice", "developer"));
    }

    @Test
    void theLastAdminStays() {
        done(access.assignRole(OPERATOR, "alice", "admin"));
        assertEquals(
                GrantRefusal.LAST_ADMIN,
                refused(access.unassignRole(OPERATOR, "alice", "admin")).code());
        done(access.assignRole(OPERATOR, "key:gone", "admin"));
        assertEquals(
                GrantRefusal.LAST_ADMIN,
                refused(access.unassignRole(OPERATOR, "alice", "admin")).code(),
                "a key that does not live is nobody");
        done(access.assignRole(OPERATOR, "bob", "admin"));
        done(access.unassignRole(OPERATOR, "alice", "admin"));
        done(access.unassignRole(OPERATOR, "key:gone", "admin"));
        assertEquals(
                GrantRefusal.LAST_ADMIN,
                refused(access.unassignRole(OPERATOR, "bob", "admin")).code());
        access.configure(
                Makers.SETTINGS,
                new Rulebook(
                        Makers.ROLES,
                        Set.of("corp"),
                        List.of(new Rulebook.Configured("group jwt:corp:ops", "admin", "pavise.yaml:9"))));
        done(access.unassignRole(OPERATOR, "bob", "admin"));
    }

    @Test
    void configuredBindingsAreTakenAwayWhereTheyStand() {
        Rulebook.Configured fixed = new Rulebook.Configured("jwt:corp:alice", "developer", "pavise.yaml:9");
        access.configure(Makers.SETTINGS, new Rulebook(Makers.ROLES, Set.of("corp"), List.of(fixed)));
        AccessResult.Refused<?> refused = refused(access.unassignRole(OPERATOR, "alice", "developer"));
        assertEquals(GrantRefusal.CONFIGURED, refused.code());
        assertTrue(refused.message().contains("pavise.yaml:9"), refused.message());
        done(access.assignRole(OPERATOR, "alice", "developer"));
        assertTrue(done(access.unassignRole(OPERATOR, "alice", "developer")).configured(), "it still stands there");
        assertEquals(
                List.of(true),
                access.bindings().stream().map(BindingView::configured).toList());
    }

    @Test
    void whatNamesNothingAnyMoreIsShownIdleAndCanBeTakenAway() {
        done(access.assignRole(OPERATOR, "alice", "developer"));
        done(access.assignRole(OPERATOR, "cert:x", "admin"));
        access.configure(Makers.SETTINGS, new Rulebook(Map.of(), Set.of(), List.of()));
        assertEquals(
                2,
                access.bindings().stream()
                        .filter(each -> !each.idle().isEmpty())
                        .count());
        done(access.unassignRole(OPERATOR, "jwt:corp:alice", "developer"));
        done(access.unassignRole(OPERATOR, "cert:x", "admin"));
        assertEquals(List.of(), access.bindings());
    }
}
