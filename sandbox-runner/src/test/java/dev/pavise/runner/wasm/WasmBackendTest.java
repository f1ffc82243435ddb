package dev.pavise.runner.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Start;
import dev.pavise.runner.wasm.module.Bounds;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Starting, refusing, running many at once, and what is left afterwards. */
class WasmBackendTest {
    private static final long MIB = 1024 * 1024;

    @Test
    void runsOnlyTheBytesThatWereVerified() throws IOException {
        try (Bench bench = new Bench()) {
            Program program = bench.probe(Grants.NONE);
            Files.write(program.content(), new byte[] {1}, java.nio.file.StandardOpenOption.APPEND);
            assertRefused(RefusalCode.CONTENT_MISMATCH, bench.backend, program);
            Files.delete(program.content());
            assertRefused(RefusalCode.CONTENT_UNREADABLE, bench.backend, program);
            Path real = bench.folder().resolve("real");
            Files.write(real, Tool.probe());
            Files.createSymbolicLink(program.content(), real);
            assertRefused(RefusalCode.CONTENT_UNREADABLE, bench.backend, program);
            Files.delete(program.content());
            Files.createDirectory(program.content());
            assertRefused(RefusalCode.CONTENT_UNREADABLE, bench.backend, program);
        }
    }

    /** A module that is known by its digest is still read and compared each time. */
    @Test
    void comparesTheContentEachTime() throws IOException {
        try (Bench bench = new Bench()) {
            Program program = bench.probe(Grants.NONE);
            assertTrue(bench.run("args").success());
            Files.write(program.content(), new byte[] {1, 2, 3});
            assertRefused(RefusalCode.CONTENT_MISMATCH, bench.backend, program);
        }
    }

    private static void assertRefused(RefusalCode code, WasmBackend backend, Program program) {
        assertEquals(
                code,
                Bench.refused(backend.start(program, RunInput.of(Bench.LONG), Bench.wide(), Output.NONE))
                        .code());
    }

    @Test
    void refusesInputThatAProgramWouldSeeOtherwise() {
        try (Bench bench = new Bench()) {
            assertInputRefused(bench, new RunInput(List.of("a\0b"), Bytes.EMPTY, Map.of(), Bench.LONG));
            assertInputRefused(bench, new RunInput(List.of(), Bytes.EMPTY, Map.of("A=B", "c"), Bench.LONG));
            assertInputRefused(bench, new RunInput(List.of(), Bytes.EMPTY, Map.of("", "c"), Bench.LONG));
            assertInputRefused(bench, new RunInput(List.of(), Bytes.EMPTY, Map.of("A", "b\0c"), Bench.LONG));
            assertInputRefused(bench, new RunInput(List.of("x".repeat(200_000)), Bytes.EMPTY, Map.of(), Bench.LONG));
            assertInputRefused(bench, new RunInput(List.of(), Bytes.EMPTY, Map.of(), Duration.ZERO));
        }
    }

    private static void assertInputRefused(Bench bench, RunInput input) {
        Start start = bench.backend.start(bench.probe(Grants.NONE), input, Bench.wide(), Output.NONE);
        assertEquals(RefusalCode.INPUT_REFUSED, Bench.refused(start).code());
    }

    @Test
    void startsNoMoreRunsThanThereIsRoomFor() {
        try (Bench bench = new Bench(new WasmSettings(Bounds.DEFAULT, 4, MIB, 2, 200 * MIB))) {
            Running first = bench.start(Grants.NONE, Bench.wide(), "spin");
            Running second = bench.start(Grants.NONE, Bench.wide(), "spin");
            assertRefused(RefusalCode.TOO_MANY_RUNS, bench.backend, bench.probe(Grants.NONE));
            first.cancel();
            Bench.result(first);
            Limits large = Bench.limits(150, Bench.LONG, Bench.LONG);
            Start start = bench.backend.start(bench.probe(Grants.NONE), RunInput.of(Bench.LONG), large, Output.NONE);
            assertEquals(RefusalCode.TOO_MANY_RUNS, Bench.refused(start).code());
            second.cancel();
            Bench.result(second);
            assertTrue(bench.run(Grants.NONE, large, "args").success());
        }
    }

    @Test
    void endsAllRunsWhenItIsClosedAndStartsNoMore() {
        Bench bench = new Bench();
        Running running = bench.start(Grants.NONE, Bench.wide(), "spin");
        bench.backend.close();
        assertTrue(running.ending().isDone());
        assertTrue(Bench.result(running).cancelled());
        assertRefused(RefusalCode.CLOSING, bench.backend, bench.probe(Grants.NONE));
        bench.close();
    }

    @Test
    void closesWhileOthersStart() throws InterruptedException {
        Bench bench = new Bench();
        Program program = bench.probe(Grants.NONE);
        bench.backend.prepare(program);
        Limits small = Bench.limits(16, Bench.LONG, Bench.LONG);
        List<Running> started = Collections.synchronizedList(new ArrayList<>());
        Thread starter = Thread.ofPlatform().start(() -> {
            while (true) {
                switch (bench.backend.start(program, RunInput.of(Bench.LONG, "spin"), small, Output.NONE)) {
                    case Start.Started(Running running) -> started.add(running);
                    case Start.Refused(Refusal refusal)
                    when refusal.code() == RefusalCode.CLOSING -> {
                        return;
                    }
                    case Start.Refused _ -> Thread.yield();
                }
            }
        });
        while (started.isEmpty()) Thread.onSpinWait();
        bench.backend.close();
        assertTrue(starter.join(Duration.ofSeconds(30)));
        for (Running running : started) assertTrue(running.ending().isDone());
        bench.close();
    }

    @Test
    void endsARunWhoseListenerFails() {
        try (Bench bench = new Bench()) {
            Output failing = (stream, chunk) -> {
                throw new IllegalStateException("the listener is gone");
            };
            RunInput input = RunInput.of(Bench.LONG, "both");
            Running running =
                    Bench.started(bench.backend.start(bench.probe(Grants.NONE), input, Bench.wide(), failing));
            assertEquals(134, Bench.result(running).exitCode());
            assertEquals(0, bench.backend.runsNow());
        }
    }

    @Test
    void countsStdinInTheMemoryOfTheRun() {
        try (Bench bench = new Bench()) {
            RunInput input = new RunInput(List.of("echo"), Bytes.of(new byte[1 << 20]), Map.of(), Bench.LONG);
            Limits tight = new Limits(1 << 20, Bench.LONG, Bench.LONG, 0, 1024, 1024, 1, 8);
            Start start = bench.backend.start(bench.probe(Grants.NONE), input, tight, Output.NONE);
            assertEquals(RefusalCode.INPUT_REFUSED, Bench.refused(start).code());
        }
    }

    @Test
    void compilesAheadAndSaysWhatStandsAgainstRunning() {
        try (Bench bench = new Bench()) {
            assertEquals(Optional.empty(), bench.backend.prepare(bench.probe(Grants.NONE)));
            Program bad = Tool.of(bench.folder(), new byte[] {1, 2, 3});
            assertEquals(
                    RefusalCode.NOT_EXECUTABLE,
                    bench.backend.prepare(bad).orElseThrow().code());
        }
    }

    @Test
    void keepsRunsThatAreUnderWayAtOnceApart() {
        try (Bench bench = new Bench()) {
            Set<String> ids = new HashSet<>();
            for (int round = 0; round < 10; round++) {
                List<Running> runs = new ArrayList<>();
                for (int i = 0; i < 6; i++)
                    runs.add(bench.start(Grants.NONE, Bench.limits(32, Bench.LONG, Bench.LONG), "args", "run " + i));
                for (int i = 0; i < 6; i++) {
                    Bench.assertOut("[probe][args][run " + i + "]\n", Bench.result(runs.get(i)));
                    assertTrue(ids.add(runs.get(i).id()));
                }
            }
            assertEquals(0, bench.backend.runsNow());
        }
    }

    @Test
    void leavesNothingBehind() throws IOException {
        try (Bench bench = new Bench()) {
            Limits brief = Bench.limits(32, Duration.ofMillis(20), Bench.LONG);
            bench.run("args");
            long descriptors = openDescriptors();
            long heap = usedHeap();
            for (int i = 0; i < 160; i++) {
                bench.run(Grants.NONE, brief, kind(i), "/tmp/x");
            }
            assertEquals(Set.of(), threads());
            assertTrue(openDescriptors() <= descriptors + 2, "descriptors of the host");
            assertTrue(usedHeap() < heap + 40 * MIB, "heap");
        }
    }

    private static String kind(int i) {
        return List.of("args", "put", "spin", "grow", "abort", "flood", "descriptors", "renumber")
                .get(i % 8);
    }

    private static Set<String> threads() {
        Set<String> names = new HashSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            // A thread whose run is over may still be on its last instructions.
            if (thread.getName().startsWith("wasm-run")) join(thread, names);
        }
        return names;
    }

    private static void join(Thread thread, Set<String> left) {
        try {
            if (!thread.join(Duration.ofSeconds(10))) left.add(thread.getName());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static long openDescriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void hashesAllThatWasWritten() {
        try (Bench bench = new Bench()) {
            RunResult once = bench.run("both");
            assertEquals(once.outputHash(), bench.run("both").outputHash());
            assertTrue(!once.outputHash().equals(bench.run("args").outputHash()));
        }
    }
}
