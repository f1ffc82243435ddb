package dev.pavise.runner.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Violation;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bombs of every kind: each ends at its limit, under its right name. */
class WasmLimitTest {
    private static final int KILLED = 137;
    private static final Duration SHORT = Duration.ofMillis(200);
    private static Bench bench;

    @BeforeAll
    static void open() {
        bench = new Bench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spin", "fibonacci"})
    void stopsWhatNeverEndsWhenItsTimeOnTheProcessorIsUp(String what) {
        RunResult result = bench.run(Grants.NONE, Bench.limits(64, SHORT, Bench.LONG), what, "90");
        assertStopped(result, Violation.CPU);
        assertTrue(result.cpu().compareTo(SHORT) >= 0, result.cpu().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"spin", "sleep"})
    void stopsWhatNeverEndsWhenItsTimeIsUp(String what) {
        RunResult result =
                bench.run(Grants.NONE, Bench.limits(64, Bench.LONG, SHORT), what, String.valueOf(Long.MAX_VALUE));
        assertStopped(result, Violation.TIMEOUT);
        assertTrue(result.duration().compareTo(SHORT) >= 0, result.duration().toString());
    }

    @Test
    void stopsWhenTheCallerWaitsNoLonger() {
        RunInput input = RunInput.of(SHORT, "spin");
        Running running =
                Bench.started(bench.backend.start(bench.probe(Grants.NONE), input, Bench.wide(), Output.NONE));
        assertStopped(Bench.result(running), Violation.TIMEOUT);
    }

    @Test
    void stopsAFloodAndKeepsItsBeginning() {
        RunResult result = bench.run("flood");
        assertStopped(result, Violation.OUTPUT);
        assertTrue(result.truncated());
        assertEquals(64 * 1024, result.stdout().length());
    }

    @Test
    void givesMemoryUpToItsLimitAndNoFurther() {
        RunResult result = bench.run(Grants.NONE, Bench.limits(16, Bench.LONG, Bench.LONG), "grow");
        int pages =
                Integer.parseInt(result.stdout().text().replace("pages ", "").strip());
        assertTrue(pages > 200 && pages <= 256, result.stdout().text());
        assertEquals(Set.of(Violation.MEMORY), result.violations());
        assertFalse(result.success());
        assertTrue(result.peakMemoryBytes() <= 16 * 1024 * 1024);
    }

    @Test
    void letsAProgramSeeThatThereIsNoMoreMemory() {
        RunResult result = bench.run(Grants.NONE, Bench.limits(16, Bench.LONG, Bench.LONG), "touch-all");
        assertEquals(3, result.exitCode());
        assertEquals(Set.of(Violation.MEMORY), result.violations());
    }

    @Test
    void refusesAModuleThatStartsWithMoreMemoryThanItMayHave() {
        Limits tiny = new Limits(65536, Bench.LONG, Bench.LONG, 0, 1024, 1024, 1, 8);
        Refusal refusal = Bench.refused(
                bench.backend.start(bench.probe(Grants.NONE), RunInput.of(Bench.LONG), tiny, Output.NONE));
        assertEquals(RefusalCode.NOT_EXECUTABLE, refusal.code());
    }

    @Test
    void fillsItsScratchFolderAndNoMore() {
        RunResult result = bench.run("disk");
        Bench.assertOut("wrote " + 8 * 1024 * 1024 + " errno 51\n", result);
        assertEquals(Set.of(Violation.FILESYSTEM), result.violations());
    }

    @Test
    void makesOnlySoManyFiles() {
        RunResult result = bench.run("files");
        assertTrue(
                result.stdout().text().endsWith("errno 51\n"), result.stdout().text());
        assertTrue(result.violations().contains(Violation.FILESYSTEM));
    }

    @Test
    void hasNoScratchFolderWhereNoneIsAllowed() {
        Limits none = new Limits(32 << 20, Bench.LONG, Bench.LONG, 0, 65536, 1 << 20, 1, 32);
        Bench.assertOut("errno 44\n", bench.run(Grants.NONE, none, "put", "/tmp/x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"spin", "sleep", "flood"})
    void endsAtOnceWhenItIsCancelled(String what) {
        Limits limits = new Limits(64 << 20, Bench.LONG, Bench.LONG, 0, 1024, Long.MAX_VALUE, 1, 8);
        Running running = bench.start(Grants.NONE, limits, what, String.valueOf(Long.MAX_VALUE));
        running.cancel();
        running.cancel();
        RunResult result = Bench.result(running);
        assertTrue(result.cancelled());
        assertEquals(KILLED, result.exitCode());
        assertEquals(Set.of(), result.violations());
        running.cancel();
    }

    @Test
    void handsOutputOnWhileItRuns() throws InterruptedException {
        // The C library writes the first line in two pieces.
        StringBuffer said = new StringBuffer();
        CountDownLatch lines = new CountDownLatch(1);
        Output output = (stream, chunk) -> {
            if (said.append(chunk.text()).toString().endsWith("line 2\n")) {
                lines.countDown();
            }
        };
        RunInput input = RunInput.of(Bench.LONG, "stream", String.valueOf(Long.MAX_VALUE));
        Running running = Bench.started(bench.backend.start(bench.probe(Grants.NONE), input, Bench.wide(), output));
        assertTrue(lines.await(20, TimeUnit.SECONDS));
        assertFalse(running.ending().isDone());
        running.cancel();
        Bench.assertOut("line 0\nline 1\nline 2\n", Bench.result(running));
    }

    private static void assertStopped(RunResult result, Violation violation) {
        assertEquals(Set.of(violation), result.violations());
        assertEquals(KILLED, result.exitCode());
        assertFalse(result.success());
        assertFalse(result.cancelled());
    }
}
