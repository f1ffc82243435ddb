package dev.pavise.runner.sandbox;

import static dev.pavise.runner.sandbox.Sandbox.SMALL;
import static dev.pavise.runner.sandbox.Sandbox.args;
import static dev.pavise.runner.sandbox.Sandbox.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Violation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The escape table: a program that tries each thing for real, and is held. */
final class EscapeTest {
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
        return sandbox.run(sandbox.probe(), args(argument));
    }

    /** What is tried, and what must be seen: each in a line of its own, so that an attempt that did not happen shows. */
    record Row(String attempt, List<String> seen) {
        static Row of(String attempt, String... seen) {
            return new Row(attempt, List.of(seen));
        }
    }

    static Stream<Row> table() {
        return Stream.of(
                Row.of(
                        "files",
                        "held /etc/shadow ENOENT",
                        "held /proc/1/root/etc/shadow ENOENT",
                        "held /dev/mem ENOENT",
                        "held /written EROFS",
                        "held /usr/lib/written EROFS",
                        "held /dev/written EROFS",
                        "held /tool EACCES",
                        "held unlink /tool EROFS",
                        "held /proc/sys/kernel/core_pattern EACCES"),
                Row.of(
                        "mounts",
                        "held mount tmpfs EPERM",
                        "held umount EPERM",
                        "held pivot_root EPERM",
                        "held chroot EPERM",
                        "held open_tree EPERM",
                        "held fsopen EPERM",
                        "held move_mount EPERM"),
                Row.of(
                        "others",
                        "held ptrace attach EPERM",
                        "held ptrace traceme EPERM",
                        "held process_vm_readv EPERM",
                        "held process_vm_writev EPERM",
                        "held pidfd_getfd EPERM",
                        "first Seccomp:\t2",
                        "first NoNewPrivs:\t1",
                        "first CapEff:\t0000000000000000",
                        "first CapBnd:\t0000000000000000",
                        "processes 3"),
                Row.of("terminal", "held TIOCSTI EPERM", "held TIOCSTI with high bits EPERM", "held /dev/tty ENXIO"),
                Row.of(
                        "sockets",
                        "held tcp EPERM",
                        "held udp EPERM",
                        "held raw EPERM",
                        "held netlink EPERM",
                        "held packet EPERM",
                        "held unix EPERM",
                        "held alg EPERM",
                        "held vsock EPERM",
                        "held pair of datagrams EPERM",
                        "pair of streams 0",
                        "held connect EPERM",
                        "held sendto a name EPERM",
                        "send to the peer 1",
                        "device lo",
                        "routes 0"),
                Row.of(
                        "kernel",
                        "held add_key EPERM",
                        "held request_key EPERM",
                        "held keyctl EPERM",
                        "held io_uring_setup ENOSYS",
                        "held bpf EPERM",
                        "held perf_event_open EPERM",
                        "held userfaultfd EPERM",
                        "held personality EPERM",
                        "held open_by_handle_at EPERM"),
                Row.of(
                        "namespaces",
                        "held unshare user EPERM",
                        "held clone user EPERM",
                        "held clone network EPERM",
                        "held clone3 user ENOSYS",
                        "held setns EPERM"),
                Row.of(
                        "privileges",
                        "held setuid 0 EINVAL",
                        "held chmod setuid EPERM",
                        "held fchmodat2 EPERM",
                        "held create setuid EPERM",
                        "held mknod EPERM",
                        "held named pipe EPERM",
                        "held capset EPERM",
                        "user 65534 group 65534"));
    }

    @ParameterizedTest
    @MethodSource("table")
    void holds(Row row) throws IOException, InterruptedException {
        RunResult result = attempt(row.attempt());
        assertFalse(text(result).contains("ESCAPED"), () -> text(result));
        List<String> lines = text(result).lines().toList();
        for (String line : row.seen()) {
            assertTrue(lines.contains(line), () -> "not seen: " + line + "\n" + text(result));
        }
        assertEquals(0, result.exitCode(), () -> text(result));
    }

    @Test
    void seesNothingOfTheRunner() throws IOException, InterruptedException {
        RunResult result = attempt("environment");
        assertFalse(text(result).contains("ESCAPED"), () -> text(result));
        assertEquals(
                Set.of(
                        "variable HOME=/tmp",
                        "variable LANG=C.UTF-8",
                        "variable PATH=/usr/local/bin:/usr/bin:/bin",
                        "variable PWD=/tmp",
                        "variable TMPDIR=/tmp",
                        "cwd /tmp",
                        "descriptor 0",
                        "descriptor 1",
                        "descriptor 2"),
                text(result).lines().filter(line -> !line.startsWith("outer ")).collect(Collectors.toSet()));
        assertTrue(
                text(result)
                        .lines()
                        .filter(line -> line.startsWith("outer "))
                        .allMatch(line -> line.startsWith("outer PWD=")),
                () -> text(result));
    }

    @Test
    void cannotSignalTheRunner() throws IOException, InterruptedException {
        RunResult result =
                attempt("signals", Long.toString(ProcessHandle.current().pid()));
        assertFalse(text(result).contains("ESCAPED"), () -> text(result));
        assertTrue(text(result).contains("held signal to the runner"), () -> text(result));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x32", "int 0x80"})
    void isKilledWhenItCallsTheKernelAnotherWay(String how) throws IOException, InterruptedException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "only there are other ways");
        RunResult result = attempt("foreign", how);
        assertFalse(text(result).contains("ESCAPED"), () -> text(result));
        assertEquals(128 + 31, result.exitCode());
    }

    @Test
    void forksNoFurtherThanItsLimit() throws IOException, InterruptedException {
        RunResult result = attempt("forks");
        long made = Long.parseLong(result.stdout().text().replaceAll("\\D", ""));
        assertTrue(made > 0 && made < SMALL.processes(), () -> text(result));
        assertEquals(Set.of(), result.violations());
    }

    @Test
    void endsForkBomb() throws IOException, InterruptedException {
        RunResult result = sandbox.run(sandbox.probe(), args("forks", "1"), cpu(Duration.ofMillis(500)));
        assertEquals(Set.of(Violation.CPU), result.violations());
        assertNothingIsLeft();
    }

    @Test
    void endsMemoryBomb() throws IOException, InterruptedException {
        RunResult result = attempt("memory");
        assertEquals(Set.of(Violation.MEMORY), result.violations());
        assertEquals(137, result.exitCode());
        assertTrue(result.peakMemoryBytes() <= SMALL.memoryBytes());
        assertTrue(result.peakMemoryBytes() > SMALL.memoryBytes() / 2);
    }

    @Test
    void fillsNoMoreThanItsScratchFolder() throws IOException, InterruptedException {
        RunResult result = attempt("disk");
        assertTrue(result.stdout().text().contains("written " + SMALL.scratchBytes() + " ENOSPC"), () -> text(result));
        assertTrue(result.stdout().text().contains("held another file ENOSPC"), () -> text(result));
        assertEquals(Set.of(), result.violations());
    }

    @Test
    void countsScratchAsMemory() throws IOException, InterruptedException {
        Limits little = new Limits(8 * Sandbox.MIB, SMALL.cpu(), SMALL.wall(), 64 * Sandbox.MIB, 1024, 1024, 16, 64);
        RunResult result = sandbox.run(sandbox.probe(), args("disk"), little);
        assertEquals(Set.of(Violation.MEMORY), result.violations(), () -> text(result));
    }

    @Test
    void endsOutputFlood() throws IOException, InterruptedException {
        RunResult result = attempt("flood");
        assertEquals(Set.of(Violation.OUTPUT), result.violations());
        assertTrue(result.truncated());
        assertEquals(SMALL.keptOutputBytes(), result.stdout().length());
    }

    @Test
    void endsWhatIsDeafToSignals() throws IOException, InterruptedException {
        Limits brief = wall(Duration.ofMillis(1500));
        RunResult result = sandbox.run(sandbox.probe(), args("stubborn"), brief);
        assertEquals(Set.of(Violation.TIMEOUT), result.violations());
        assertEquals("deaf\n", result.stdout().text());
        assertFalse(result.cancelled());
        assertNothingIsLeft();
    }

    @Test
    void countsProcessorTimeOfAllProcesses() throws IOException, InterruptedException {
        RunResult result = sandbox.run(sandbox.probe(), args("spin", "4"), cpu(Duration.ofMillis(500)));
        assertEquals(Set.of(Violation.CPU), result.violations());
        assertTrue(result.cpu().compareTo(Duration.ofMillis(500)) > 0);
        // Four processes for half a second each would be two seconds.
        assertTrue(
                result.cpu().compareTo(Duration.ofMillis(1500)) < 0,
                () -> result.cpu().toString());
    }

    @Test
    void endsAtOnceWhenCancelled() throws IOException, InterruptedException {
        CountDownLatch heard = new CountDownLatch(1);
        Output output = (stream, chunk) -> heard.countDown();
        Running running = sandbox.start(sandbox.probe(), args("stubborn"), SMALL, output);
        heard.await();
        running.cancel();
        RunResult result = Sandbox.result(running);
        assertTrue(result.cancelled());
        assertEquals(Set.of(), result.violations());
        assertFalse(result.success());
        assertNothingIsLeft();
    }

    private static void assertNothingIsLeft() throws IOException {
        sandbox.awaitNothingLeft();
    }

    private static Limits cpu(Duration cpu) {
        return new Limits(
                SMALL.memoryBytes(),
                cpu,
                SMALL.wall(),
                SMALL.scratchBytes(),
                SMALL.keptOutputBytes(),
                SMALL.outputBytes(),
                16,
                64);
    }

    private static Limits wall(Duration wall) {
        return new Limits(
                SMALL.memoryBytes(),
                SMALL.cpu(),
                wall,
                SMALL.scratchBytes(),
                SMALL.keptOutputBytes(),
                SMALL.outputBytes(),
                16,
                64);
    }
}
