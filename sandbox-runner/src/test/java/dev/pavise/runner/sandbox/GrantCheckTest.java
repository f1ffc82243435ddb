package dev.pavise.runner.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pavise.runner.run.Grants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GrantCheckTest {
    @TempDir
    private Path temporary;

    private Path root;
    private Path runner;

    @BeforeEach
    void makeFolders() throws IOException {
        root = temporary.toRealPath();
        runner = Files.createDirectory(root.resolve("runner"));
    }

    private List<GrantedPath> check(Path path) throws GrantCheck.Unsafe {
        return GrantCheck.check(new Grants(Set.of(path), Set.of(), List.of()), runner, Set.of());
    }

    private void assertUnsafe(Path path, String reason) {
        GrantCheck.Unsafe refused = assertThrows(GrantCheck.Unsafe.class, () -> check(path));
        assertTrue(String.valueOf(refused.getMessage()).contains(reason), refused.getMessage());
    }

    @Test
    void grantsFoldersAndPlainFiles() throws IOException, GrantCheck.Unsafe {
        Path folder = Files.createDirectory(root.resolve("data"));
        Path file = Files.createFile(folder.resolve("file"));
        assertEquals(List.of(new GrantedPath(folder, folder, false)), check(folder));
        assertEquals(List.of(new GrantedPath(file, file, false)), check(file));
        assertEquals(
                List.of(new GrantedPath(folder, folder, true)),
                GrantCheck.check(new Grants(Set.of(), Set.of(folder), List.of()), runner, Set.of()));
    }

    @Test
    void followsLinksThatRootMade() throws GrantCheck.Unsafe, IOException {
        Path shell = Path.of("/bin/sh");
        assertEquals(List.of(new GrantedPath(shell.toRealPath(), shell, false)), check(shell));
    }

    @Test
    void refusesLinkThatOthersCouldHaveMade() throws IOException {
        Path open = Files.createDirectory(root.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxr-x"));
        Path link = Files.createSymbolicLink(open.resolve("link"), Path.of("/etc"));
        assertUnsafe(link, "is a link, and others than root can write its folder");
        assertUnsafe(link.resolve("ssl"), "is a link");
    }

    @Test
    void refusesLinkInFolderOfUserWhoIsNotRoot() throws IOException {
        Path owned = Files.createDirectory(root.resolve("owned"));
        if (Users.own() == 0) {
            Files.setAttribute(owned, "unix:uid", Settings.FREE_USERS);
        }
        assertUnsafe(Files.createSymbolicLink(owned.resolve("link"), Path.of("/etc")), "is a link");
    }

    @Test
    void refusesWayThatEverybodyCanWrite() throws IOException {
        Path open = Files.createDirectory(root.resolve("open"));
        Path inner = Files.createDirectory(open.resolve("inner"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertUnsafe(inner, "can be written by everybody");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/self", "/proc", "/sys/kernel", "/dev", "/dev/null", "/tool", "/tmp"})
    void refusesWhatIsClosed(String path) {
        assertThrows(GrantCheck.Unsafe.class, () -> check(Path.of(path)));
    }

    @Test
    void refusesTheRunnersOwnFolder() throws IOException {
        assertUnsafe(runner, "of the runner itself");
        assertUnsafe(root, "of the runner itself");
        assertUnsafe(Files.createDirectory(runner.resolve("runs")), "of the runner itself");
    }

    /** Whatever a link of root's leads to, under whatever name. */
    @Test
    void refusesTheRunnersOtherPlacesByAnyName() throws IOException {
        assumeTrue(Users.own() == 0, "only links of root are followed");
        Path keys = Files.createDirectory(root.resolve("keys"));
        Path key = Files.createFile(keys.resolve("receipt.key"));
        Path other = Files.createSymbolicLink(root.resolve("other"), keys);
        for (Path path : List.of(key, keys, other, other.resolve("receipt.key"))) {
            for (Path kept : List.of(key, keys)) {
                Grants grants = new Grants(Set.of(path), Set.of(), List.of());
                GrantCheck.Unsafe refused = assertThrows(
                        GrantCheck.Unsafe.class, () -> GrantCheck.check(grants, runner, Set.of(kept)), path::toString);
                assertTrue(String.valueOf(refused.getMessage()).contains("of the runner itself"));
            }
        }
    }

    /** Who is not root builds sandboxes as somebody who may read the runner's keys. */
    @Test
    void refusesWaysThatOthersCouldTurnForRunnerThatIsNotRoot() throws IOException, GrantCheck.Unsafe {
        assumeTrue(Users.own() == 0, "only root can give files away");
        Path theirs = Files.createDirectory(root.resolve("theirs"));
        Path inner = Files.createDirectory(theirs.resolve("inner"));
        Files.setAttribute(theirs, "unix:uid", 1234);
        Path shared = Files.createDirectory(root.resolve("shared"));
        Path ofGroup = Files.createDirectory(shared.resolve("inner"));
        Files.setAttribute(shared, "unix:gid", 1234);
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxr-x"));
        Path sticky = Files.createDirectory(root.resolve("sticky"));
        Files.setAttribute(sticky, "unix:mode", 01777);
        Path own = Files.createDirectory(sticky.resolve("own"));
        Path another = Files.createDirectory(sticky.resolve("another"));
        Files.setAttribute(another, "unix:uid", 1234);
        for (Path path : List.of(theirs, inner, shared, ofGroup, own, another)) {
            check(path);
        }
        Files.setAttribute(runner, "unix:uid", 5678);
        Files.setAttribute(runner, "unix:gid", 5678);
        Files.setAttribute(own, "unix:uid", 5678);
        for (Path path : List.of(theirs, shared, own)) {
            check(path);
        }
        assertUnsafe(inner, "could turn the way");
        assertUnsafe(ofGroup, "could turn the way");
        assertUnsafe(another, "belongs to another user");
        Files.setAttribute(shared, "unix:gid", 5678);
        check(ofGroup);
    }

    @Test
    void refusesPipesSocketsAndWhatIsNotThere() throws IOException, InterruptedException {
        Path pipe = root.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        assertUnsafe(pipe, "neither a plain file nor a folder");
        assertUnsafe(root.resolve("gone"), "cannot be looked at");
        assertUnsafe(root.resolve("gone/deeper"), "cannot be looked at");
    }

    @Test
    void refusesCircle() throws IOException {
        assumeTrue(Users.own() == 0, "only links of root are followed");
        Path link = root.resolve("circle");
        Files.createSymbolicLink(link, link);
        assertUnsafe(link, "too many links");
    }

    @Test
    void refusesPathGrantedBothWays() throws IOException {
        Path folder = Files.createDirectory(root.resolve("data"));
        assertThrows(
                GrantCheck.Unsafe.class,
                () -> GrantCheck.check(new Grants(Set.of(folder), Set.of(folder), List.of()), runner, Set.of()));
    }

    private static GrantedPath granted(String path, boolean writable) {
        return new GrantedPath(Path.of(path), Path.of(path), writable);
    }

    @Test
    void runsAtOnceDoNotWriteEachOthersWays() {
        ActiveGrants active = new ActiveGrants();
        List<GrantedPath> writer = List.of(granted("/data", true));
        List<GrantedPath> reader = List.of(granted("/data/in", false));
        assertEquals(Optional.empty(), active.enter(writer));
        assertTrue(active.enter(reader).isPresent());
        assertEquals(Optional.empty(), active.enter(List.of(granted("/data", true))), "the same folder twice");
        assertEquals(Optional.empty(), active.enter(List.of(granted("/database", true))));
        active.leave(writer);
        assertTrue(active.enter(reader).isPresent(), "the second writer is still there");
    }

    @Test
    void readerKeepsLaterWriterOut() {
        ActiveGrants active = new ActiveGrants();
        List<GrantedPath> reader = List.of(granted("/data/in", false));
        assertEquals(Optional.empty(), active.enter(reader));
        assertTrue(active.enter(List.of(granted("/data", true))).isPresent());
        active.leave(reader);
        assertEquals(Optional.empty(), active.enter(List.of(granted("/data", true))));
    }

    @Test
    void oneRunDoesNotWriteItsOwnWay() {
        assertTrue(new ActiveGrants()
                .enter(List.of(granted("/data", true), granted("/data/in", false)))
                .isPresent());
    }
}
