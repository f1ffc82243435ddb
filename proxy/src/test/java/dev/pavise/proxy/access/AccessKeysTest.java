package dev.pavise.proxy.access;

import static dev.pavise.proxy.access.Makers.DEV;
import static dev.pavise.proxy.access.Makers.KEEPER_OF_ACCESS;
import static dev.pavise.proxy.access.Makers.OPERATOR;
import static dev.pavise.proxy.access.Makers.START;
import static dev.pavise.proxy.access.Makers.assertExceeds;
import static dev.pavise.proxy.access.Makers.create;
import static dev.pavise.proxy.access.Makers.done;
import static dev.pavise.proxy.access.Makers.found;
import static dev.pavise.proxy.access.Makers.reason;
import static dev.pavise.proxy.access.Makers.refused;
import static dev.pavise.proxy.access.Makers.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Permission;
import dev.pavise.policy.grant.GrantRefusal;
import dev.pavise.policy.grant.Rulebook;
import dev.pavise.policy.identity.UnprovenReason;
import dev.pavise.policy.key.KeyFormat;
import dev.pavise.policy.key.KeyRecord;
import dev.pavise.policy.limit.Rate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What operators can do with keys. */
final class AccessKeysTest {
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
        assertEquals("key:ci", found(access, time.get(), made.text()).id());
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
        assertEquals(UnprovenReason.REVOKED, reason(access, time.get(), first.text()));
        time.set(START.plus(Duration.ofDays(91)));
        create(access, "ci");
        assertEquals(UnprovenReason.EXPIRED, reason(access, time.get(), second.text()));
    }

    @Test
    void revokesForGood() {
        NewKey made = create(access, "ci");
        KeyRecord revoked = done(access.revokeKey(DEV, made.record().id()));
        assertEquals(new KeyRecord.Revocation(START, "cert:dev"), revoked.revocation());
        assertEquals(UnprovenReason.REVOKED, reason(access, time.get(), made.text()));
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
        assertEquals("key:ci", found(access, time.get(), former.text()).id());
        assertEquals("key:ci", found(access, time.get(), next.text()).id());
        assertEquals(former.record().id(), next.record().replaces());
        assertEquals(former.record().permissions(), next.record().permissions());
        assertEquals(former.record().limit(), next.record().limit());
        assertEquals(time.get().plus(Duration.ofDays(30)), next.record().expiresAt());
        time.set(time.get().plus(Duration.ofHours(24)));
        assertEquals(UnprovenReason.EXPIRED, reason(access, time.get(), former.text()));
        assertEquals("key:ci", found(access, time.get(), next.text()).id());
    }

    @Test
    void rotatingAtOnceEndsEveryFormerKey() {
        NewKey first = create(access, "ci");
        NewKey second = done(access.rotateKey(OPERATOR, "ci", Access.USUAL_OVERLAP));
        NewKey third = done(access.rotateKey(OPERATOR, "ci", Duration.ZERO));
        assertEquals(UnprovenReason.REVOKED, reason(access, time.get(), first.text()));
        assertEquals(UnprovenReason.REVOKED, reason(access, time.get(), second.text()));
        assertEquals("key:ci", found(access, time.get(), third.text()).id());
    }

    @Test
    void overlapLengthensNoLife() {
        NewKey former = create(access, "ci");
        done(access.rotateKey(OPERATOR, "ci", Duration.ofDays(100_000_000)));
        time.set(START.plus(Duration.ofDays(90)));
        assertEquals(UnprovenReason.EXPIRED, reason(access, time.get(), former.text()));
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
        assertEquals(UnprovenReason.REVOKED, reason(access, time.get(), former.text()));
        assertEquals(UnprovenReason.REVOKED, reason(access, time.get(), next.text()));
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
        assertEquals(
                UnprovenReason.UNKNOWN_API_KEY,
                reason(access, time.get(), made.get(0).text()),
                "forgotten, and so refused");
        assertEquals(
                UnprovenReason.UNKNOWN_API_KEY,
                reason(access, time.get(), made.get(1).text()),
                "forgotten, and so refused");
        for (NewKey live : made.subList(2, 20)) {
            found(access, time.get(), live.text());
        }
    }

    @Test
    void changedPrefixKeepsOldKeys() {
        NewKey old = create(access, "old");
        access.configure(
                new AccessSettings(KeyFormat.of("cax_live_", List.of("pav_live_")), Duration.ofDays(365), 20),
                Makers.RULES);
        assertEquals("key:old", found(access, time.get(), old.text()).id());
        assertTrue(create(access, "new").text().reveal().startsWith("cax_live_"));
        access.configure(
                new AccessSettings(KeyFormat.of("cax_live_", List.of()), Duration.ofDays(365), 20), Makers.RULES);
        assertEquals(UnprovenReason.MALFORMED, reason(access, time.get(), old.text()));
    }
}
