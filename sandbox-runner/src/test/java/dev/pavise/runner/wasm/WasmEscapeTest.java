package dev.pavise.runner.wasm;

import static dev.pavise.runner.run.Violation.FILESYSTEM;
import static dev.pavise.runner.run.Violation.NETWORK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Violation;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a module tries in order to reach what it was not given, and what it sees. The numbers are those of WASI: 44 not there, 69 read-only, 76 not allowed. */
class WasmEscapeTest {
    private static Bench bench;

    @BeforeAll
    static void open() {
        bench = new Bench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    static Stream<Arguments> attempts() {
        return Stream.of(
                row("a file of the host by its absolute name", "errno 44\n", Set.of(), "show", "/etc/shadow"),
                row("a file of the host that all may read", "errno 44\n", Set.of(), "show", "/etc/passwd"),
                row("out by dots", "errno 76\n", Set.of(FILESYSTEM), "show", "/../../../etc/passwd"),
                row("out by dots from below", "open 76\n", Set.of(FILESYSTEM), "open", "tmp/../../etc/passwd"),
                row("out by dots through nothing", "open 44\n", Set.of(), "open", "nothing/../../etc/passwd"),
                row("an absolute path under a descriptor", "open 76\n", Set.of(FILESYSTEM), "open", "/etc/passwd"),
                row("an absolute path with more slashes", "open 76\n", Set.of(FILESYSTEM), "open", "//etc//passwd"),
                row("processes of the host", "errno 44\n", Set.of(), "list", "/proc"),
                row("descriptors of the runner", "errno 44\n", Set.of(), "show", "/proc/self/environ"),
                row("devices of the host", "errno 44\n", Set.of(), "show", "/dev/sda"),
                row("the root folder holds nothing of the host", ".\n..\ntmp\n", Set.of(), "list", "/"),
                row("a new file beside the scratch folder", "open 69\n", Set.of(FILESYSTEM), "create", "stray"),
                row("a name of 300 letters", "open 37\n", Set.of(), "open", "x".repeat(300)),
                row("a path of 5000 letters", "open 37\n", Set.of(), "open", "x/".repeat(2500)),
                row("descriptors that it was not given", "open descriptors 4\n", Set.of(), "scan"),
                row("pointers to nowhere", "got through 0\n", Set.of(), "pointers"),
                row("sockets", "accept 57\nrecv 57\nsend 57\nshutdown 57\nnone 8\n", Set.of(NETWORK), "sockets"),
                row(
                        "links that lead out",
                        "absolute 76\nup 0\nopen 76\nloop 0\nopen 32\ngood 0\nreal\nhard 0\nreal\nhard out 76\n",
                        Set.of(FILESYSTEM),
                        "links"),
                row(
                        "files of 2^60 bytes",
                        "ftruncate -1 22\npwrite -1 22\npwrite -1 22\nallocate 22\nsize 0\n",
                        Set.of(FILESYSTEM),
                        "sparse"));
    }

    private static Arguments row(String what, String out, Set<Violation> violations, String... args) {
        return arguments(what, out, violations, List.of(args));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attempts")
    void getsNowhere(String what, String out, Set<Violation> violations, List<String> args) {
        RunResult result = bench.run(args.toArray(String[]::new));
        Bench.assertOut(out, result);
        assertEquals(violations, result.violations());
        assertEquals(0, result.exitCode());
        assertEquals(violations.isEmpty(), result.success());
    }

    @Test
    void shufflesItsDescriptorsAndHasNoMoreThanBefore() {
        RunResult result = bench.run("renumber");
        int open = Integer.parseInt(
                result.stdout().text().replace("open descriptors ", "").strip());
        assertTrue(open <= 32, result.stdout().text());
        assertTrue(result.success());
    }

    @Test
    void readsBeyondItsMemoryAndTraps() {
        RunResult result = bench.run("null");
        assertEquals(134, result.exitCode());
        assertTrue(
                result.stderr().text().contains("out of bounds memory access"),
                result.stderr().text());
    }

    @Test
    void opensNoMoreDescriptorsThanItMay() {
        Bench.assertOut("descriptors 28 errno 33\n", bench.run("descriptors"));
    }
}
