package dev.pavise.runner.sandbox;

import static dev.pavise.runner.sandbox.Sandbox.SMALL;
import static dev.pavise.runner.sandbox.Sandbox.args;
import static dev.pavise.runner.sandbox.Sandbox.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Unsigned;
import dev.pavise.runner.run.Violation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The second half of the escape table: ways around the things that the first half tries at the front. */
final class FurtherEscapeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws IOException {
        sandbox = Sandbox.open();
    }

    @AfterAll
    static void close() throws IOException {
        if (sandbox != null) {
            sandbox.close();
        }
    }

    private static RunResult attempt(String... argument) throws IOException, InterruptedException {
        RunResult result = sandbox.run(sandbox.probe(), args(argument));
        assertFalse(text(result).contains("ESCAPED"), () -> text(result));
        return result;
    }

    static Stream<EscapeTest.Row> table() {
        return Stream.of(
                EscapeTest.Row.of(
                        "images",
                        "held write own image EACCES",
                        "held write image of process 1 EACCES",
                        "held folder of process 1 ENOENT",
                        "held root of process 1 EROFS",
                        "inherited by process 1: 0"),
                EscapeTest.Row.of(
                        "telltales",
                        "held /proc/kcore ENOENT",
                        "held /sys/fs/cgroup ENOENT",
                        "held /proc/sys/kernel/core_pattern EACCES",
                        "held /proc/sys/user/max_user_namespaces EACCES",
                        "keys 0"),
                EscapeTest.Row.of("memfd", "from memory", "held unshare user EPERM", "held setns EPERM"),
                EscapeTest.Row.of(
                        "limits",
                        "held more processor time EPERM",
                        "held larger files EPERM",
                        "held core files EPERM",
                        "held more descriptors EPERM",
                        "held real-time scheduler EPERM",
                        "held a file of a tebibyte EFBIG",
                        "held space of a tebibyte EFBIG",
                        "held a mapping that is locked ENOMEM"),
                EscapeTest.Row.of("first", "stop process 1 0", "kill process 1 0", "parent 1"));
    }

    @ParameterizedTest
    @MethodSource("table")
    void holds(EscapeTest.Row row) throws IOException, InterruptedException {
        RunResult result = attempt(row.attempt());
        List<String> lines = text(result).lines().toList();
        for (String line : row.seen()) {
            assertTrue(lines.contains(line), () -> "not seen: " + line + "\n" + text(result));
        }
        assertEquals(0, result.exitCode(), () -> text(result));
    }

    @Test
    void countsNamesAsMemory() throws IOException, InterruptedException {
        assertEquals(Set.of(Violation.MEMORY), attempt("names").violations());
    }

    @Test
    void countsWhatStandsInPipesAsMemory() throws IOException, InterruptedException {
        Limits little = new Limits(16 * Sandbox.MIB, SMALL.cpu(), SMALL.wall(), Sandbox.MIB, 1024, 1024, 16, 64);
        RunResult result = sandbox.run(sandbox.probe(), args("pipes"), little);
        assertTrue(result.peakMemoryBytes() <= little.memoryBytes());
        assertEquals(Set.of(Violation.MEMORY), result.violations(), () -> text(result));
    }

    @Test
    void countsDeadProcessesNobodyAsksFor() throws IOException, InterruptedException {
        RunResult result = attempt("zombies");
        long made = Long.parseLong(text(result).replaceAll("\\D", ""));
        assertTrue(text(result).contains("EAGAIN") && made > 0 && made < SMALL.processes(), () -> text(result));
    }

    @Test
    void followsTheFixedPageOfOldSystemCalls() throws IOException, InterruptedException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "only there is such a page");
        assertTrue(text(attempt("fixed")).contains("fixed page "));
    }

    @Test
    void endsWhatStopsItself() throws IOException, InterruptedException {
        RunInput brief = RunInput.of(Duration.ofSeconds(1), "stopped");
        assertEquals(
                Set.of(Violation.TIMEOUT), sandbox.run(sandbox.probe(), brief).violations());
    }

    /** The main process goes, and leaves one behind that holds its output open. */
    @Test
    void doesNotWaitForOutputThatIsHeldOpen() throws IOException {
        Program script = sandbox.script("#!/bin/sh\n(trap '' HUP TERM; while :; do :; done) &\necho done\n", "/bin/sh");
        RunResult result = sandbox.run(script, args());
        assertEquals("done\n", text(result));
        assertTrue(result.success());
        assertTrue(result.duration().compareTo(SMALL.wall()) < 0);
    }

    @Test
    void readsNoInputForAsLongAsItLikes() throws IOException, InterruptedException {
        Program program = sandbox.probe();
        RunInput unread =
                new RunInput(List.of("stopped"), Bytes.of("x".repeat(1 << 20)), Map.of(), Duration.ofSeconds(1));
        assertEquals(Set.of(Violation.TIMEOUT), sandbox.run(program, unread).violations());
    }

    /** One run, which knows the numbers of the other's processes on the host, looks for it. */
    @Test
    void findsNothingOfAnotherRun() throws IOException, InterruptedException {
        CountDownLatch heard = new CountDownLatch(1);
        Output output = (stream, chunk) -> heard.countDown();
        Running other = sandbox.start(sandbox.probe(), args("stubborn"), SMALL, output);
        heard.await();
        for (long process : CgroupsSeen.processes(sandbox.folder().resolve("runner"))) {
            assertTrue(text(attempt("signals", Long.toString(process))).contains("held signal to the runner"));
        }
        assertTrue(text(attempt("others")).contains("processes 3"));
        assertFalse(CgroupsSeen.processes(sandbox.folder().resolve("runner")).isEmpty());
        other.cancel();
        assertTrue(Sandbox.result(other).cancelled());
    }

    @ParameterizedTest
    @ValueSource(strings = {"#!/tool\n", "#!/proc/self/exe\n", "#!/tmp/x\n", "#!/lib64/ld-linux-x86-64.so.2 /bin/sh\n"})
    void startsNoInterpreterThatIsNotGranted(String script) throws IOException {
        assertTrue(sandbox.refused(sandbox.script(script, "/bin/sh"), args())
                .reason()
                .contains("allow `fs:ro:"));
    }

    private static Program withNetwork(Program probe, Grants grants) {
        return Unsigned.program("probe", probe.content(), probe.sha256(), grants);
    }

    /** Doors stand open on the host: one to a port, one in a folder that is granted. */
    @Test
    void bendsNoSocketIntoAnotherKind() throws IOException, InterruptedException {
        Sandbox.need("/usr/bin/socat", "socat");
        Path folder = Files.createDirectory(sandbox.folder().resolve("doors"));
        Path door = folder.resolve("door");
        try (ServerSocket port = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"));
                ServerSocketChannel local = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            port.setSoTimeout(1);
            local.bind(UnixDomainSocketAddress.of(door));
            local.configureBlocking(false);
            Files.setPosixFilePermissions(door, PosixFilePermissions.fromString("rw-rw-rw-"));
            openTo(folder);
            Program program =
                    withNetwork(sandbox.probe(), new Grants(Set.of(), Set.of(folder), List.of("host.invalid:443")));
            RunResult result = sandbox.run(
                    program, RunInput.of(PATIENCE, "bent", Integer.toString(port.getLocalPort()), door.toString()));
            assertFalse(text(result).contains("ESCAPED"), () -> text(result));
            for (String line : List.of(
                    "held connect a pair to a door EISCONN",
                    "held connect a single half to a door EISCONN",
                    "held door opened as a file ENXIO",
                    "what is sent to a name goes to the other half",
                    "held fast open EPERM",
                    "held fast open of several EPERM",
                    "held connect to 0.0.0.0 EACCES",
                    "held connect to metadata EACCES",
                    "held a socket's filter EPERM",
                    "held another protocol on top EPERM")) {
                assertTrue(text(result).lines().anyMatch(line::equals), () -> line + " is not in\n" + text(result));
            }
            assertThrows(SocketTimeoutException.class, port::accept);
            assertNull(local.accept());
        }
    }

    private static void openTo(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        if (Users.own() == 0) {
            Files.setAttribute(folder, "unix:gid", Settings.FREE_USERS);
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwx---"));
    }
}
