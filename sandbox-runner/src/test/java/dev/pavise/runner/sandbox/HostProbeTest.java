package dev.pavise.runner.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the host lacks is named, and nothing is made. */
final class HostProbeTest {
    @TempDir
    private Path folder;

    private static String missing(Settings settings) {
        HostProbe.Probed probed = HostProbe.open(settings);
        return String.join(
                "\n", assertInstanceOf(HostProbe.Probed.Unfit.class, probed).missing());
    }

    @Test
    void refusesFolderThatOthersCanOpen() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertTrue(missing(Settings.in(folder)).contains("mode 0700"));
    }

    @Test
    void refusesFolderBehindLink() throws IOException {
        Files.createDirectory(
                folder.resolve("real"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
        assertTrue(missing(Settings.in(link)).contains("no link"));
    }

    @Test
    void refusesToBeProcessOneAndCollectOrphans() throws IOException, InterruptedException {
        Process alone = new ProcessBuilder(
                        "unshare",
                        "--pid",
                        "--fork",
                        "--mount-proc",
                        "--kill-child",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProbeMain.class.getName(),
                        folder.resolve("alone").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(alone.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        alone.waitFor();
        assertTrue(said.contains("unfit: ") && said.contains("process 1") && said.contains("tini"), said);
    }

    @BeforeAll
    static void needPrograms() throws IOException {
        Sandbox.need("/usr/bin/bwrap", "bubblewrap");
        Sandbox.need("/usr/bin/setpriv", "util-linux");
    }

    @Test
    void refusesUsersAndGroupsThatAreRootOrNone() {
        assertThrows(IllegalArgumentException.class, () -> new Settings(folder, 32, 1, Integer.MAX_VALUE, 1));
        assertThrows(IllegalArgumentException.class, () -> new Settings(folder, 32, 1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Settings(folder, 32, 1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Settings(folder, 0, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Settings(folder, 1, 0, 1, 1));
    }

    @Test
    void trustsOnlyProgramsThatRootAloneCanChange() throws IOException {
        Programs programs = Programs.find();
        programs.requireTrusted();
        Path copy = Files.copy(programs.bubblewrap().toRealPath(), folder.resolve("bwrap"));
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxrwxrwx"));
        Programs changed = new Programs(programs.shell(), programs.prlimit(), programs.setpriv(), copy);
        assertThrows(IOException.class, changed::requireTrusted);
    }

    @Test
    void takesLibrariesAsTheHostHasThem() throws IOException {
        Files.createDirectories(folder.resolve("usr/lib"));
        Files.createDirectories(folder.resolve("usr/lib64"));
        Files.createSymbolicLink(folder.resolve("lib"), Path.of("usr/lib"));
        Files.createSymbolicLink(folder.resolve("lib64"), Path.of("/usr/lib64"));
        Files.createSymbolicLink(folder.resolve("lib32"), Path.of("/home/somebody"));
        Files.createDirectories(folder.resolve("usr/bin"));
        SystemFolders system = SystemFolders.of(folder);
        assertEquals(List.of(Path.of("/usr/lib"), Path.of("/usr/lib64")), system.folders());
        assertEquals(Map.of(Path.of("/lib"), "usr/lib", Path.of("/lib64"), "usr/lib64"), system.links());
    }
}
