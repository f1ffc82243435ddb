package dev.pavise.proxy.access;

import static dev.pavise.proxy.access.Makers.DEV;
import static dev.pavise.proxy.access.Makers.KEEPER_OF_ACCESS;
import static dev.pavise.proxy.access.Makers.OPERATOR;
import static dev.pavise.proxy.access.Makers.START;
import static dev.pavise.proxy.access.Makers.create;
import static dev.pavise.proxy.access.Makers.done;
import static dev.pavise.proxy.access.Makers.refused;
import static dev.pavise.proxy.access.Makers.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Binding;
import dev.pavise.policy.Permission;
import dev.pavise.policy.Subject;
import dev.pavise.policy.grant.GrantRefusal;
import dev.pavise.policy.grant.Rulebook;
import dev.pavise.policy.identity.ApiKeys.Lookup;
import dev.pavise.policy.identity.UnprovenReason;
import dev.pavise.policy.key.KeyFormat;
import dev.pavise.policy.key.KeyRecord;
import dev.pavise.policy.key.KeyText;
import dev.pavise.policy.limit.Rate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What operators can do with keys and bindings, and that it is there after the next start. */
class AccessTest {
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

    // ---- keys

    @Test
    void makesAKeyThatIsFoundAtOnce() {
        NewKey made = done(access.createKey(
                OPERATOR, new KeyRequest("ci", List.of("agent:list", "tool:*"), "100/minute", Duration.ofDays(7))));
        assertEquals("key:ci", found(made.text()).id());
        KeyRecord record = access.keys().getFirst().record();
        assertEquals(made.record(), record);
        assertEquals(Set.of(Permission.parse("agent:list"), Permission.parse("tool:*")), record.permissions());
        assertEquals(Rate.parse("100/minute"), record.limit());
        assertEquals(START.plus(Duration.ofDays(7)), record.expiresAt());
        assertEquals("operator", record.createdBy());
        assertEquals(Map.of("key:ci", Rate.parse("100/minute")), access.state().limits());
    }

    @Test
    void livesNinetyDaysUnlessToldOtherwise() {
        assertEquals(
                START.plus(Duration.ofDays(90)),
                create(access, "usual").record().expiresAt());
        access.configure(new AccessSettings(KeyFormat.DEFAULT, Duration.ofDays(30), 20), Makers.RULES);
        assertEquals(
                START.plus(Duration.ofDays(30)),
                create(access, "short").record().expiresAt());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''              | agent:list | 1/minute | P1D    | key name
                    a b             | agent:list | 1/minute | P1D    | key name
                    key:ci          | agent:list | 1/minute | P1D    | key name
                    ../x            | agent:list | 1/minute | P1D    | key name
                    ci              | agentlist  | 1/minute | P1D    | no colon
                    ci              | agent:li*  | 1/minute | P1D    | unfit character
                    ci              | agent:list | often    | P1D    | rate
                    ci              | agent:list | 1/minute | PT0S   | never be used
                    ci              | agent:list | 1/minute | PT-1S  | never be used
                    ci              | agent:list | 1/minute | P366D  | at most 365 days
                    """)
    void refusesWhatIsNotOfItsForm(String name, String permission, String limit, Duration age, String told) {
        AccessResult.Refused<?> refused =
                refused(access.createKey(OPERATOR, new KeyRequest(name, List.of(permission), limit, age)));
        assertEquals(GrantRefusal.MALFORMED, refused.code());
        assertTrue(refused.message().contains(told), refused.message());
        assertEquals(List.of(), access.keys());
    }

    @Test
    void refusesMorePermissionsThanARecordMayHave() {
        List<String> many =
                IntStream.range(0, 201).mapToObj(number -> "agent:" + number).toList();
        assertEquals(
                GrantRefusal.MALFORMED,
                refused(access.createKey(OPERATOR, new KeyRequest("ci", many, null, null)))
                        .code());
    }

    @Test
    void oneLiveKeyHasTheName() {
        NewKey first = create(access, "ci");
        assertEquals(
                GrantRefusal.NAME_TAKEN,
                refused(access.createKey(OPERATOR, request("ci"))).code());
        done(access.revokeKey(OPERATOR, first.record().id()));
        NewKey second = create(access, "ci");
        assertNotEquals(first.record().id(), second.record().id());
        assertEquals(UnprovenReason.REVOKED, reason(first.text()));
        time.set(START.plus(Duration.ofDays(91)));
        create(access, "ci");
        assertEquals(UnprovenReason.EXPIRED, reason(second.text()));
    }

    @Test
    void revokesForGood() {
        NewKey made = create(access, "ci");
        KeyRecord revoked = done(access.revokeKey(DEV, made.record().id()));
        assertEquals(new KeyRecord.Revocation(START, "cert:dev"), revoked.revocation());
        assertEquals(UnprovenReason.REVOKED, reason(made.text()));
        time.set(START.plusSeconds(5));
        assertEquals(revoked, done(access.revokeKey(OPERATOR, made.record().id())), "repeating it changes nothing");
        assertEquals(
                GrantRefusal.NOT_FOUND,
                refused(access.revokeKey(OPERATOR, "0000000000000000")).code());
        assertEquals(
                GrantRefusal.NOT_FOUND,
                refused(access.revokeKeysNamed(OPERATOR, "ci")).code());
    }

    @Test
    void rotatesWithAnOverlap() {
        NewKey former = done(access.createKey(
                OPERATOR, new KeyRequest("ci", List.of("agent:list"), "5/minute", Duration.ofDays(30))));
        time.set(START.plus(Duration.ofDays(10)));
        NewKey next = done(access.rotateKey(OPERATOR, "ci", Access.USUAL_OVERLAP));
        assertEquals("key:ci", found(former.text()).id());
        assertEquals("key:ci", found(next.text()).id());
        assertEquals(former.record().id(), next.record().replaces());
        assertEquals(former.record().permissions(), next.record().permissions());
        assertEquals(former.record().limit(), next.record().limit());
        assertEquals(time.get().plus(Duration.ofDays(30)), next.record().expiresAt());
        time.set(time.get().plus(Duration.ofHours(24)));
        assertEquals(UnprovenReason.EXPIRED, reason(former.text()));
        assertEquals("key:ci", found(next.text()).id());
    }

    @Test
    void rotatingAtOnceEndsEveryFormerKey() {
        NewKey first = create(access, "ci");
        NewKey second = done(access.rotateKey(OPERATOR, "ci", Access.USUAL_OVERLAP));
        NewKey third = done(access.rotateKey(OPERATOR, "ci", Duration.ZERO));
        assertEquals(UnprovenReason.REVOKED, reason(first.text()));
        assertEquals(UnprovenReason.REVOKED, reason(second.text()));
        assertEquals("key:ci", found(third.text()).id());
    }

    @Test
    void overlapLengthensNoLife() {
        NewKey former = create(access, "ci");
        done(access.rotateKey(OPERATOR, "ci", Duration.ofDays(100_000_000)));
        time.set(START.plus(Duration.ofDays(90)));
        assertEquals(UnprovenReason.EXPIRED, reason(former.text()));
        create(access, "live");
        assertEquals(
                GrantRefusal.MALFORMED,
                refused(access.rotateKey(OPERATOR, "live", Duration.ofSeconds(-1)))
                        .code());
    }

    @Test
    void revokesBothKeysOfANameThatIsBeingRotated() {
        NewKey former = create(access, "ci");
        NewKey next = done(access.rotateKey(OPERATOR, "ci", Access.USUAL_OVERLAP));
        assertEquals(2, done(access.revokeKeysNamed(OPERATOR, "ci")).size());
        assertEquals(UnprovenReason.REVOKED, reason(former.text()));
        assertEquals(UnprovenReason.REVOKED, reason(next.text()));
    }

    @Test
    void nobodyGetsAKeyThatHoldsMoreThanHe() {
        assertExceeds(access.createKey(KEEPER_OF_ACCESS, request("ci", "agent:list")));
        assertExceeds(access.createKey(DEV, request("ci", "agent:list", "auth:manage")));
        done(access.createKey(DEV, request("ci", "agent:list")));
        assertExceeds(access.rotateKey(KEEPER_OF_ACCESS, "ci", Duration.ZERO));
        assertEquals(1, access.keys().size());
    }

    /** A key lives by the roles of its name too: who makes it, or its next secret, could use them. */
    @Test
    void nobodyGetsAKeyWhoseNameHoldsMoreThanHe() {
        done(access.assignRole(OPERATOR, "key:stored", "admin"));
        Rulebook.Configured bound = new Rulebook.Configured("key:configured", "admin", "pavise.yaml:7");
        access.configure(Makers.SETTINGS, new Rulebook(Makers.ROLES, Set.of("corp"), List.of(bound)));
        for (String name : List.of("stored", "configured")) {
            assertExceeds(access.createKey(KEEPER_OF_ACCESS, request(name)));
            done(access.createKey(OPERATOR, request(name)));
            assertExceeds(access.rotateKey(KEEPER_OF_ACCESS, name, Duration.ZERO));
            done(access.revokeKeysNamed(KEEPER_OF_ACCESS, name));
        }
        done(access.createKey(KEEPER_OF_ACCESS, request("other")));
    }

    @Test
    void holdsNoMoreLiveKeysThanConfiguredAndForgetsTheOldestDead() {
        List<NewKey> made = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            made.add(create(access, "key" + number));
        }
        assertEquals(
                GrantRefusal.TOO_MANY,
                refused(access.createKey(OPERATOR, request("more"))).code());
        assertEquals(
                GrantRefusal.TOO_MANY,
                refused(access.rotateKey(OPERATOR, "key1", Access.USUAL_OVERLAP))
                        .code());
        done(access.rotateKey(OPERATOR, "key1", Duration.ZERO));
        for (int number = 0; number < 25; number++) {
            time.set(time.get().plusSeconds(1));
            done(access.rotateKey(OPERATOR, "key0", Duration.ZERO));
        }
        assertEquals(40, access.keys().size());
        assertEquals(UnprovenReason.UNKNOWN_API_KEY, reason(made.get(0).text()), "forgotten, and so refused");
        assertEquals(UnprovenReason.UNKNOWN_API_KEY, reason(made.get(1).text()), "forgotten, and so refused");
        for (NewKey live : made.subList(2, 20)) {
            found(live.text());
        }
    }

    @Test
    void changedPrefixKeepsOldKeys() {
        NewKey old = create(access, "old");
        access.configure(
                new AccessSettings(KeyFormat.of("cax_live_", List.of("pav_live_")), Duration.ofDays(365), 20),
                Makers.RULES);
        assertEquals("key:old", found(old.text()).id());
        assertTrue(create(access, "new").text().reveal().startsWith("cax_live_"));
        access.configure(
                new AccessSettings(KeyFormat.of("cax_live_", List.of()), Duration.ofDays(365), 20), Makers.RULES);
        assertEquals(UnprovenReason.MALFORMED, reason(old.text()));
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

    // ---- the store

    @Test
    void everythingIsThereAfterTheNextStart() throws Exception {
        NewKey live = create(access, "live");
        NewKey revoked = create(access, "revoked");
        done(access.revokeKey(OPERATOR, revoked.record().id()));
        done(access.assignRole(OPERATOR, "alice", "developer"));
        found(live.text());
        List<KeyView> keys = access.keys();
        List<BindingView> bindings = access.bindings();
        access.close();
        access = Makers.open(dataDir, time::get);
        assertEquals(keys, access.keys());
        assertEquals(bindings, access.bindings());
        assertEquals("key:live", found(live.text()).id());
        assertEquals(UnprovenReason.REVOKED, reason(revoked.text()));
    }

    @Test
    void nobodyElseCanReadItAndNoSecretIsInIt() throws Exception {
        NewKey made = create(access, "ci");
        try (Stream<Path> files = Files.walk(dataDir.resolve("access"))) {
            for (Path file : files.toList()) {
                boolean folder = Files.isDirectory(file);
                assertEquals(
                        folder ? "rwx------" : "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                        file.toString());
                String content = folder ? "" : new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertFalse(content.contains(made.text().reveal().substring(25, 68)), file.toString());
            }
        }
    }

    @Test
    void aSecondOpeningIsToldWhoHasIt() {
        AccessOpenException refused = assertThrows(AccessOpenException.class, () -> Makers.open(dataDir));
        assertTrue(
                refused.getMessage()
                        .contains("is in use by process "
                                + ProcessHandle.current().pid()),
                refused.getMessage());
    }

    @Test
    void writesDownLastUseLazily() throws Exception {
        NewKey made = create(access, "ci");
        assertEquals(Optional.empty(), access.keys().getFirst().lastUsed());
        found(made.text());
        assertEquals(START, access.keys().getFirst().lastUsed().orElseThrow());
        long before = Files.size(dataDir.resolve("access/access.mv"));
        found(made.text());
        assertEquals(before, Files.size(dataDir.resolve("access/access.mv")), "not on use");
        access.writeUses();
        time.set(START.plusSeconds(100));
        found(made.text());
        access.close();
        access = Makers.open(dataDir, time::get);
        assertEquals(START.plusSeconds(100), access.keys().getFirst().lastUsed().orElseThrow());
    }

    @Test
    void aFileThatGrewIsWrittenAnew() throws Exception {
        Path file = dataDir.resolve("access/access.mv");
        create(access, "ci");
        found(done(access.rotateKey(OPERATOR, "ci", Duration.ZERO)).text());
        access.writeUses();
        long largest = 0;
        boolean shrank = false;
        for (int user = 0; user < 60; user++) {
            done(access.assignRole(OPERATOR, "user" + user + "x".repeat(500), "developer"));
        }
        for (int round = 0; round < 1000 && !shrank; round++) {
            done(access.assignRole(OPERATOR, "alice", "developer"));
            done(access.unassignRole(OPERATOR, "alice", "developer"));
            long size = Files.size(file);
            shrank = size < largest;
            largest = Math.max(size, largest);
        }
        assertTrue(shrank, "grew to " + largest);
        List<KeyView> keys = access.keys();
        assertTrue(keys.stream().anyMatch(key -> key.lastUsed().isPresent()));
        access.close();
        access = Makers.open(dataDir, time::get);
        assertEquals(keys, access.keys());
    }

    @Test
    void changeThatCannotBePutInForceIsToldSo() {
        access.onChange(() -> {
            throw new IllegalStateException("no");
        });
        assertEquals(
                GrantRefusal.NOT_IN_FORCE,
                refused(access.assignRole(OPERATOR, "alice", "developer")).code());
        NewKey[] made = new NewKey[1];
        access.onChange(() -> {});
        made[0] = create(access, "ci");
        access.onChange(
                () -> assertEquals(UnprovenReason.REVOKED, reason(made[0].text()), "revoked before anybody is told"));
        done(access.revokeKey(OPERATOR, made[0].record().id()));
    }

    @Test
    void nothingIsChangedAfterTheEnd() {
        access.close();
        assertEquals(
                GrantRefusal.STORE_UNAVAILABLE,
                refused(access.createKey(OPERATOR, request("ci"))).code());
    }

    private Subject.ApiKey found(KeyText text) {
        return assertInstanceOf(Lookup.Found.class, access.state().keys().find(text.reveal(), time.get()))
                .key();
    }

    private UnprovenReason reason(KeyText text) {
        return assertInstanceOf(Lookup.Refused.class, access.state().keys().find(text.reveal(), time.get()))
                .reason();
    }

    private static void assertExceeds(AccessResult<?> result) {
        assertEquals(GrantRefusal.EXCEEDS_OWN_PERMISSIONS, refused(result).code());
    }
}
