package dev.pavise.runner.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.RunResult;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A program in C with its usual library, as any tool would be. */
class WasiProgramTest {
    private static Bench bench;

    @BeforeAll
    static void open() {
        bench = new Bench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @Test
    void getsItsArgumentsBehindItsName() {
        RunResult result = bench.run("args", "two words", "", "ümlaut");
        Bench.assertOut("[probe][args][two words][][ümlaut]\n", result);
        assertTrue(result.success());
        assertEquals(0, result.exitCode());
        assertEquals(Set.of(), result.violations());
    }

    @Test
    void getsTheVariablesThatItWasGivenAndNoOther() {
        Bench.assertOut("ONLY=this\n", bench.run(Bytes.EMPTY, Map.of("ONLY", "this"), "env"));
        Bench.assertOut("", bench.run("env"));
    }

    @Test
    void readsAllOfStdin() {
        String text = "line\n".repeat(10_000);
        RunResult result = bench.run(Bytes.of(text), Map.of(), "echo");
        assertEquals(text.length(), result.stdout().length());
        assertTrue(result.success());
    }

    @Test
    void keepsTheTwoStreamsApart() {
        RunResult result = bench.run("both");
        Bench.assertOut("out\n", result);
        assertEquals("err\n", result.stderr().text());
    }

    @Test
    void endsWithItsOwnExitCode() {
        assertEquals(7, bench.run("exit", "7").exitCode());
        assertEquals(9, bench.run("exit-now", "9").exitCode());
        assertFalse(bench.run("exit", "7").success());
        assertTrue(bench.run("exit-now", "0").success());
    }

    @Test
    void saysWhatTrappedIt() {
        RunResult result = bench.run("abort");
        assertEquals(134, result.exitCode());
        assertTrue(result.stderr().text().contains("trap: "), result.stderr().text());
        assertEquals(Set.of(), result.violations());
    }

    @Test
    void readsTheClock() {
        long told = Long.parseLong(bench.run("time").stdout().text().strip());
        assertTrue(Math.abs(told - System.currentTimeMillis() / 1000) < 60);
    }

    @Test
    void worksWithFilesAsProgramsDo() {
        Bench.assertOut("""
                exclusive 20
                seek 6 read 4 6789 end 0 before -1
                pread 2
                appended 9 links 1 regular 1
                read only 8
                cut 0
                again 20 as file 31 unlink 31 rmdir of file 54
                not empty 55
                listed 700 removed 700 empty 0
                rename over 0 gone 44 old one has links 0
                times 1000 2000
                """, bench.run("posix"));
    }
}
