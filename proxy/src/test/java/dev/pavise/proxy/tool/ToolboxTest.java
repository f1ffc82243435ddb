package dev.pavise.proxy.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.tool.SemanticVersion;
import dev.pavise.policy.tool.ToolRefusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of tools over restarts, crashes and damage. */
final class ToolboxTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123456Z");

    @TempDir
    Path dataDir;

    private Path registry() {
        return dataDir.resolve("tools/registry.jsonl");
    }

    private Path edge() {
        return dataDir.resolve("tools.edge");
    }

    private static void register(Toolbox box, String tool, String version) {
        ToolChange change = box.register(Signed.trusted(tool, version), "jwt:corp:alice", NOW);
        assertTrue(assertInstanceOf(ToolChange.Done.class, change).changed());
    }

    private static ToolRefusal refused(ToolChange change) {
        return assertInstanceOf(ToolChange.Against.class, change).refused().code();
    }

    @Test
    void remembersWhoRegisteredWhatAndWhatWasRemoved() throws Exception {
        Toolbox box = Toolbox.open(dataDir);
        register(box, "hello", "1.0.0");
        register(box, "hello", "1.1.0");
        register(box, "other", "0.1.0-rc.1");
        assertInstanceOf(ToolChange.Done.class, box.remove("hello", Optional.of(SemanticVersion.parse("1.1.0"))));
        Toolbox again = Toolbox.open(dataDir);
        assertEquals(box.book().stamps(), again.book().stamps());
        assertEquals(
                Optional.of(new ToolBook.Stamp("jwt:corp:alice", Instant.parse("2026-11-22T10:00:00.123Z"))),
                again.book().stamp(Signed.manifest("hello", "1.0.0")));
        assertEquals(
                ToolRefusal.VERSION_REMOVED,
                refused(again.register(Signed.trusted("hello", "1.1.0"), "operator", NOW)));
        assertEquals(
                ToolRefusal.VERSION_OLDER, refused(again.register(Signed.trusted("hello", "0.9.0"), "operator", NOW)));
        assertEquals(ToolRefusal.MANIFEST_MISSING, refused(again.remove("absent", Optional.empty())));
    }

    @Test
    void registeringTheSameAgainChangesNothing() throws Exception {
        Toolbox box = Toolbox.open(dataDir);
        register(box, "hello", "1.0.0");
        String before = Files.readString(registry());
        ToolChange again = box.register(Signed.trusted("hello", "1.0.0"), "mallory", NOW);
        assertEquals(false, assertInstanceOf(ToolChange.Done.class, again).changed());
        assertEquals(before, Files.readString(registry()));
        assertEquals(
                "jwt:corp:alice",
                box.book()
                        .stamp(Signed.manifest("hello", "1.0.0"))
                        .orElseThrow()
                        .by());
    }

    @Test
    void anOldCopyThatWasPutBackDoesNotOpen() throws Exception {
        Toolbox box = Toolbox.open(dataDir);
        register(box, "hello", "1.0.0");
        Path copy = Files.copy(registry(), dataDir.resolve("copy"));
        box.remove("hello", Optional.empty());
        Files.copy(copy, registry(), StandardCopyOption.REPLACE_EXISTING);
        String told = assertThrows(ToolStoreException.class, () -> Toolbox.open(dataDir))
                .getMessage();
        assertTrue(told.contains("old copy"), told);
    }

    @Test
    void theLastChangeBeforeACrashHolds() throws Exception {
        Toolbox box = Toolbox.open(dataDir);
        register(box, "hello", "1.0.0");
        Path copy = Files.copy(edge(), dataDir.resolve("copy"));
        register(box, "hello", "1.1.0");
        Files.copy(copy, edge(), StandardCopyOption.REPLACE_EXISTING); // as if it had died before the edge
        Toolbox again = Toolbox.open(dataDir);
        assertEquals(2, again.book().stamps().size());
        register(again, "hello", "1.2.0");
        assertEquals(3, Toolbox.open(dataDir).book().stamps().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry", "edge"})
    void whatIsGoneDoesNotOpen(String which) throws Exception {
        Toolbox box = Toolbox.open(dataDir);
        register(box, "hello", "1.0.0");
        Files.delete(which.equals("edge") ? edge() : registry());
        assertThrows(ToolStoreException.class, () -> Toolbox.open(dataDir));
    }

    @Test
    void noDamageOpensAsSomethingElse() throws Exception {
        Toolbox box = Toolbox.open(dataDir);
        register(box, "hello", "1.0.0");
        register(box, "other", "1.0.0");
        SplittableRandom random = new SplittableRandom(20261122);
        for (Path file : new Path[] {registry(), edge()}) {
            byte[] good = Files.readAllBytes(file);
            for (int i = 0; i < 200; i++) {
                byte[] bad = good.clone();
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, i % 10 == 0 ? java.util.Arrays.copyOf(good, random.nextInt(good.length)) : bad);
                assertThrows(ToolStoreException.class, () -> Toolbox.open(dataDir));
            }
            Files.write(file, good);
        }
        assertEquals(2, Toolbox.open(dataDir).book().stamps().size());
    }

    @Test
    void aWriteThatFailsChangesNothing() throws Exception {
        Toolbox box = Toolbox.open(dataDir);
        register(box, "hello", "1.0.0");
        // A folder in the place of the edge: writing the one file goes well, and the other fails.
        Files.delete(edge());
        Files.createDirectories(edge().resolve("taken"));
        ToolChange failed = box.register(Signed.trusted("hello", "1.1.0"), "operator", NOW);
        assertInstanceOf(ToolChange.Unavailable.class, failed);
        assertEquals(1, box.book().stamps().size());
        Files.delete(edge().resolve("taken"));
        Files.delete(edge());
        register(box, "hello", "1.1.0");
        assertEquals(2, Toolbox.open(dataDir).book().stamps().size());
    }

    @Test
    void keepsItsFilesToItself() throws IOException {
        Toolbox.open(dataDir);
        for (Path file : new Path[] {registry(), edge()}) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(dataDir.resolve("tools/content"))));
    }
}
