package dev.pavise.proxy.access;

import static dev.pavise.proxy.access.Makers.OPERATOR;
import static dev.pavise.proxy.access.Makers.START;
import static dev.pavise.proxy.access.Makers.create;
import static dev.pavise.proxy.access.Makers.done;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.identity.ApiKeys.Lookup;
import dev.pavise.policy.key.KeyText;
import dev.pavise.proxy.access.AccessRecovery.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to the files, a revoked key stays dead: the store opens with every acknowledged change, or it says why it does not open. */
class DamagedStoreTest {
    @TempDir
    Path dataDir;

    private final List<byte[]> copies = new ArrayList<>(); // after each change
    private Path file = Path.of("unset");
    private Path edge = Path.of("unset");
    private byte[] whole = {};
    private byte[] wholeEdge = {};
    private KeyText live;
    private KeyText revoked;

    @BeforeEach
    void fill() throws Exception {
        file = dataDir.resolve("access/access.mv");
        edge = dataDir.resolve("access.edge");
        try (Access access = Makers.open(dataDir)) {
            live = create(access, "live").text();
            copies.add(Files.readAllBytes(file));
            NewKey made = create(access, "revoked");
            revoked = made.text();
            copies.add(Files.readAllBytes(file));
            done(access.assignRole(OPERATOR, "alice", "developer"));
            copies.add(Files.readAllBytes(file));
            done(access.revokeKey(OPERATOR, made.record().id()));
        }
        whole = Files.readAllBytes(file);
        wholeEdge = Files.readAllBytes(edge);
    }

    @Test
    void opensWhatIsWhole() throws Exception {
        restore(whole);
        assertTrue(opens(), "as it was left");
    }

    @Test
    void cutAnywhere() throws Exception {
        int opened = 0;
        for (int length = 0; length < whole.length; length += 127) {
            restore(Arrays.copyOf(whole, length));
            opened += opens() ? 1 : 0;
        }
        assertTrue(opened < whole.length / 127 / 2, "most cuts are told: " + opened);
    }

    @Test
    void zeroedFromAnywhereOn() throws Exception {
        for (int from = 0; from < whole.length; from += 127) {
            byte[] damaged = whole.clone();
            Arrays.fill(damaged, from, damaged.length, (byte) 0);
            restore(damaged);
            opens();
        }
    }

    @Test
    void flippedAnywhere() throws Exception {
        Random random = new Random(11);
        for (int round = 0; round < 500; round++) {
            byte[] damaged = whole.clone();
            for (int flips = random.nextInt(3); flips >= 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            restore(damaged);
            opens();
        }
    }

    @Test
    void overwrittenWithNoise() throws Exception {
        Random random = new Random(12);
        for (int round = 0; round < 200; round++) {
            byte[] damaged = whole.clone();
            int from = random.nextInt(damaged.length);
            byte[] noise = new byte[Math.min(1 + random.nextInt(4096), damaged.length - from)];
            random.nextBytes(noise);
            System.arraycopy(noise, 0, damaged, from, noise.length);
            restore(damaged);
            opens();
        }
    }

    @Test
    void oldCopyPutBack() throws Exception {
        for (byte[] copy : copies) {
            restore(copy);
            AccessOpenException refused = assertThrows(AccessOpenException.class, () -> Makers.open(dataDir));
            assertTrue(refused.getMessage().contains("has to reach 4"), refused.getMessage());
        }
    }

    @Test
    void emptiedOrTakenAway() throws Exception {
        restore(new byte[0]);
        refuses("is damaged");
        Files.delete(file);
        refuses("is gone");
        Files.delete(file.resolveSibling("lock"));
        Files.delete(file.getParent());
        refuses("is gone");
    }

    @Test
    void edgeTakenAwayOrDamaged() throws Exception {
        restore(whole);
        Files.delete(edge);
        refuses("is gone");
        for (int length = 0; length < wholeEdge.length; length++) {
            restore(whole);
            Files.write(edge, Arrays.copyOf(wholeEdge, length));
            refuses("is damaged");
        }
        for (int at = 0; at < wholeEdge.length; at += 3) {
            restore(whole);
            byte[] damaged = wholeEdge.clone();
            damaged[at] ^= 1;
            Files.write(edge, damaged);
            refuses("");
        }
    }

    @Test
    void anotherStoreInItsPlace() throws Exception {
        Path other = Files.createDirectory(dataDir.resolve("other"));
        try (Access access = Makers.open(other)) {
            for (int number = 0; number < 6; number++) {
                byte[] foreign = Files.readAllBytes(other.resolve("access/access.mv"));
                restore(foreign);
                assertThrows(AccessOpenException.class, () -> Makers.open(dataDir));
                create(access, "key" + number);
            }
        }
    }

    /** A crash between store and edge leaves one change that nobody was told of: it holds, and the store goes on. */
    @Test
    void oneChangeAheadOfTheEdgeHolds() throws Exception {
        restore(whole);
        try (Access access = Makers.open(dataDir)) {
            create(access, "unacknowledged");
        }
        Files.write(edge, wholeEdge);
        try (Access access = Makers.open(dataDir)) {
            assertEquals(3, access.keys().size());
            create(access, "next");
        }
        assertTrue(opens());
        Files.write(edge, wholeEdge);
        refuses("comes from elsewhere");
    }

    @Test
    void draftsOfAWriteThatDiedAreNoHindrance() throws Exception {
        restore(whole);
        Files.writeString(dataDir.resolve("access.edge.new"), "half");
        Files.writeString(file.resolveSibling("access.mv.new"), "half");
        assertTrue(opens());
        try (Access access = Makers.open(dataDir)) {
            create(access, "more");
        }
        assertTrue(opens());
    }

    // ---- recovery

    @Test
    void recoveryTakesAnOlderStateAndNamesEveryLiveKey() throws Exception {
        restore(copies.get(1));
        Result.Recovered recovered =
                assertInstanceOf(Result.Recovered.class, AccessRecovery.recover(dataDir, false, () -> START));
        assertEquals(new Result.Recovered(2, 4, List.of("live", "revoked"), null), recovered);
        String note = AccessRecovery.unrecorded(dataDir).orElseThrow();
        assertTrue(note.contains("change 2 of 4"), note);
        try (Access access = Makers.open(dataDir)) {
            assertInstanceOf(Lookup.Found.class, find(access, revoked));
            assertEquals(List.of(), access.bindings());
            done(access.revokeKeysNamed(OPERATOR, "revoked"));
        }
        AccessRecovery.recorded(dataDir);
        assertEquals(Optional.empty(), AccessRecovery.unrecorded(dataDir));
        try (Access access = Makers.open(dataDir)) {
            assertInstanceOf(Lookup.Refused.class, find(access, revoked));
            assertInstanceOf(Lookup.Found.class, find(access, live));
        }
    }

    @Test
    void recoveryLeavesWhatIsSound() throws Exception {
        restore(whole);
        assertEquals(new Result.Sound(4), AccessRecovery.recover(dataDir, true, () -> START));
        assertEquals(Optional.empty(), AccessRecovery.unrecorded(dataDir));
        assertTrue(opens());
    }

    @Test
    void recoveryOfALostEdgeTakesTheStoreAsItIs() throws Exception {
        restore(whole);
        Files.delete(edge);
        assertEquals(
                new Result.Recovered(4, -1, List.of("live"), null),
                AccessRecovery.recover(dataDir, false, () -> START));
        assertTrue(opens());
    }

    @Test
    void unreadableStoreIsPutAsideOnlyOnDemand() throws Exception {
        restore(new byte[5000]);
        assertInstanceOf(Result.Unreadable.class, AccessRecovery.recover(dataDir, false, () -> START));
        refuses("is damaged");
        Result.Recovered recovered =
                assertInstanceOf(Result.Recovered.class, AccessRecovery.recover(dataDir, true, () -> START));
        assertEquals(0, recovered.version());
        assertEquals(4, recovered.expected());
        assertEquals(5000, Files.size(recovered.setAside()));
        try (Access access = Makers.open(dataDir)) {
            assertEquals(List.of(), access.keys());
            assertInstanceOf(Lookup.Refused.class, find(access, live));
            create(access, "new");
        }
        Files.delete(file);
        assertInstanceOf(Result.Recovered.class, AccessRecovery.recover(dataDir, true, () -> START));
        assertEquals(2, AccessRecovery.unrecorded(dataDir).orElseThrow().lines().count());
    }

    @Test
    void recoveryKeepsOffAStoreInUse() throws Exception {
        restore(whole);
        try (Access access = Makers.open(dataDir)) {
            assertThrows(AccessOpenException.class, () -> AccessRecovery.recover(dataDir, true, () -> START));
            create(access, "more");
        }
    }

    // ----

    private void restore(byte[] content) throws Exception {
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        Files.write(edge, wholeEdge);
    }

    /** Opens it, or is told why not; where it opens, it holds all that was acknowledged. */
    private boolean opens() {
        try (Access access = Makers.open(dataDir)) {
            assertInstanceOf(Lookup.Refused.class, find(access, revoked));
            assertInstanceOf(Lookup.Found.class, find(access, live));
            assertEquals(1, access.state().bindings().size());
            return true;
        } catch (AccessOpenException told) {
            assertTrue(told.getMessage().contains("pavise auth recover"), told.getMessage());
            return false;
        }
    }

    private void refuses(String why) {
        AccessOpenException told = assertThrows(AccessOpenException.class, () -> Makers.open(dataDir));
        assertTrue(told.getMessage().contains(why), told.getMessage());
        assertTrue(told.getMessage().contains("pavise auth recover"), told.getMessage());
    }

    private static Lookup find(Access access, KeyText key) {
        return access.state().keys().find(key.reveal(), START);
    }
}
