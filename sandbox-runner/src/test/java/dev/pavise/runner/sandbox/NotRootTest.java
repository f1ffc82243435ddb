package dev.pavise.runner.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A runner that is not root, with a cgroup that root handed over: all that is tested of the sandbox is tested again in a process of such a
 * user, where every run has one and the same user as the runner. Beside it what that user gets where nothing was handed over.
 */
final class NotRootTest {
    private static final Path AS_USER = Path.of("../deploy/runner/as-user").toAbsolutePath();
    private static final String CGROUP =
            "pavise-test-" + ProcessHandle.current().pid();

    /** No account has it, and it is not in the range of the runs of a runner that is root. */
    private static final String USER = Integer.toString(1_400_000_000);

    private static Path folder;
    private static String classes;

    @BeforeAll
    static void prepare() throws IOException {
        assumeTrue(Users.own() == 0, "only root can hand a cgroup over");
        folder = Files.createTempDirectory("pavise-not-root");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path home = Files.createDirectory(folder.resolve("home"));
        Files.setAttribute(home, "unix:uid", Integer.valueOf(USER));
        Files.setAttribute(home, "unix:gid", Integer.valueOf(USER));
        classes = readable(System.getProperty("java.class.path"));
    }

    @AfterAll
    static void clean() throws IOException {
        if (folder != null) {
            Staging.removeTree(folder);
        }
        CgroupPlaces places = CgroupPlaces.read(
                Files.readString(Path.of("/proc/self/mountinfo")), Files.readString(Path.of("/proc/self/cgroup")));
        for (Path place : places.controllers().values()) {
            Files.deleteIfExists(place.resolve(CGROUP));
        }
        if (places.unified().isPresent()) {
            Files.deleteIfExists(places.unified().get().resolve(CGROUP));
        }
    }

    /** Copies what the classes are loaded from to where every user can read it: a build often lies in a home that is closed. */
    private static String readable(String path) throws IOException {
        List<String> copies = new ArrayList<>();
        for (String entry : path.split(File.pathSeparator, -1)) {
            Path from = Path.of(entry);
            if (Files.exists(from)) {
                Path to = folder.resolve(copies.size() + "-" + from.getFileName());
                copy(from, to);
                copies.add(to.toString());
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(at)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path at, BasicFileAttributes attributes) throws IOException {
                Path copy = from.equals(at) ? to : to.resolve(from.relativize(at));
                Files.copy(at, copy, StandardCopyOption.REPLACE_EXISTING);
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private record Said(int exitCode, String text) {}

    private static Said run(List<String> as, Class<?> main, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(as);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classes,
                main.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            int exitCode = process.waitFor();
            if (exitCode != 0 && (text.startsWith("as-user: ") || text.startsWith("unshare: "))) {
                Sandbox.skip("this host has no cgroup to hand over, or no user namespaces: " + text);
            }
            return new Said(exitCode, text);
        }
    }

    private static List<String> handedOver() {
        return List.of(AS_USER.toString(), USER, CGROUP);
    }

    private static List<String> withoutCgroup() {
        return List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "--no-new-privs");
    }

    @Test
    void holdsWhatRootHolds() throws IOException, InterruptedException {
        Said said = run(
                handedOver(),
                TestsMain.class,
                EscapeTest.class.getName(),
                FurtherEscapeTest.class.getName(),
                NativeNetworkTest.class.getName(),
                NativeLifeTest.class.getName(),
                NativeGrantTest.class.getName(),
                NativeSecretTest.class.getName());
        assertEquals(0, said.exitCode(), said::text);
        assertTrue(said.text().contains("failed 0, skipped 1"), said::text);
    }

    @Test
    void isRefusedWithoutCgroup() throws IOException, InterruptedException {
        Said said = run(
                withoutCgroup(),
                ProbeMain.class,
                folder.resolve("home").resolve("bare").toString());
        assertTrue(said.text().startsWith("unfit: "), said::text);
        assertTrue(said.text().contains("no cgroup can be made: no permission for /"), said::text);
        assertTrue(said.text().contains("Delegate=yes"), said::text);
    }

    /** As in a container without root: root inside, an ordinary user outside, and no other user to be had. */
    @Test
    void isRefusedAsRootOfNamespaceWithOneUser() throws IOException, InterruptedException {
        List<String> container = new ArrayList<>(handedOver());
        container.addAll(List.of("unshare", "--user", "--map-root-user"));
        Said said = run(
                container,
                ProbeMain.class,
                folder.resolve("home").resolve("rootless").toString());
        assertTrue(said.text().startsWith("unfit: "), said::text);
        assertTrue(said.text().contains("do not exist in this user namespace"), said::text);
    }
}
