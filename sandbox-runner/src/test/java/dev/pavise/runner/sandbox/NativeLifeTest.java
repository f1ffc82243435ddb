package dev.pavise.runner.sandbox;

import static dev.pavise.runner.sandbox.Sandbox.SMALL;
import static dev.pavise.runner.sandbox.Sandbox.args;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.Running;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs from the outside: how many, as whom, and that nothing of them stays. */
final class NativeLifeTest {
    private static final int RUNS = 4;

    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws IOException {
        sandbox = Sandbox.open(RUNS);
    }

    @AfterAll
    static void close() throws IOException {
        if (sandbox != null) {
            sandbox.close();
        }
    }

    @Test
    void refusesMoreRunsThanThereIsRoomFor() throws IOException, InterruptedException {
        List<Running> all = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            all.add(sandbox.start(sandbox.probe(), args("stubborn"), SMALL, Output.NONE));
        }
        assertEquals(
                RefusalCode.TOO_MANY_RUNS,
                sandbox.refused(sandbox.probe(), args("stubborn")).code());
        all.forEach(Running::cancel);
        all.forEach(Sandbox::result);
        assertEquals(
                0, sandbox.run(sandbox.script("#!/bin/sh\n", "/bin/sh"), args()).exitCode());
    }

    @Test
    void leavesNothingBehind() throws IOException, InterruptedException {
        Program script = sandbox.script("#!/bin/sh\necho x\n(while :; do :; done &)\n", "/bin/sh");
        awaitReady();
        long descriptors = descriptors();
        long threads = threadsOfRuns();
        for (int run = 0; run < 20; run++) {
            sandbox.run(script, args());
        }
        awaitReady();
        assertTrue(descriptors() <= descriptors + 2, () -> "descriptors before: " + descriptors);
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (threadsOfRuns() > threads && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertEquals(threads, threadsOfRuns());
        sandbox.awaitNothingLeft();
        assertFalse(Files.readString(Path.of("/proc/self/mountinfo"))
                .contains(sandbox.folder().toString()));
    }

    private static void awaitReady() throws IOException {
        sandbox.run(sandbox.script("#!/bin/sh\n", "/bin/sh"), args());
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (sandbox.backend().ready().size() < RUNS && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertEquals(RUNS, sandbox.backend().ready().size());
    }

    @Test
    void placesThatStandReadyHoldOneShellEachAndEndWithTheBackend() throws IOException {
        Path runner;
        try (Sandbox other = Sandbox.open(2)) {
            runner = other.folder().resolve("runner");
            long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (other.backend().ready().size() < 2 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            Set<Long> waiting = CgroupsSeen.processes(runner);
            assertEquals(2, waiting.size());
            for (long process : waiting) {
                assertEquals(
                        "sh",
                        Files.readString(Path.of("/proc", Long.toString(process), "comm"))
                                .strip());
                ProcessHandle.of(process).orElseThrow().destroyForcibly();
                while (ProcessHandle.of(process).isPresent()) {
                    Thread.onSpinWait();
                }
            }
            // Dead ones are passed over, and made anew.
            assertEquals(
                    0, other.run(other.script("#!/bin/sh\n", "/bin/sh"), args()).exitCode());
            other.awaitNothingLeft();
        }
        assertEquals(List.of(), CgroupsSeen.runs(runner));
    }

    private static long threadsOfRuns() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("run-"))
                .count();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    @Test
    void eachRunHasUserOfItsOwnWhoIsNobody() throws IOException, InterruptedException {
        assumeTrue(Users.own() == 0, "a runner that is not root has no other user to give");
        CountDownLatch oneSpoke = new CountDownLatch(1);
        CountDownLatch otherSpoke = new CountDownLatch(1);
        Running one = sandbox.start(sandbox.probe(), args("stubborn"), SMALL, (stream, chunk) -> oneSpoke.countDown());
        Running two =
                sandbox.start(sandbox.probe(), args("stubborn"), SMALL, (stream, chunk) -> otherSpoke.countDown());
        oneSpoke.await();
        otherSpoke.await();
        Set<Integer> owners = new HashSet<>();
        for (long process : CgroupsSeen.processes(sandbox.folder().resolve("runner"))) {
            owners.add(Users.effective(Files.readString(Path.of("/proc", Long.toString(process), "status"))));
        }
        owners.remove(0); // the shells that wait for runs to come
        one.cancel();
        two.cancel();
        Sandbox.result(one);
        Sandbox.result(two);
        assertEquals(2, owners.size(), owners::toString);
        assertTrue(owners.stream().allMatch(owner -> owner >= Settings.FREE_USERS), owners::toString);
    }

    @Test
    void sandboxDiesWithTheRunner() throws IOException, InterruptedException {
        Path folder = sandbox.folder().resolve("dying");
        Process runner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RunnerDeathMain.class.getName(),
                        folder.toString(),
                        sandbox.probe().content().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        byte[] said = runner.getInputStream().readNBytes(4);
        assertEquals("deaf", new String(said, StandardCharsets.UTF_8));
        assertFalse(CgroupsSeen.processes(folder).isEmpty());
        runner.destroyForcibly().waitFor();
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!CgroupsSeen.processes(folder).isEmpty() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertEquals(Set.of(), CgroupsSeen.processes(folder));
        // The next start with this folder takes away what the dead one left.
        List<Path> left = CgroupsSeen.runs(folder);
        assertFalse(left.isEmpty());
        if (HostProbe.open(Settings.in(folder)) instanceof HostProbe.Probed.Fit(NativeBackend next)) {
            assertTrue(Collections.disjoint(left, CgroupsSeen.runs(folder)));
            next.close();
        }
        assertEquals(List.of(), CgroupsSeen.runs(folder));
    }

    @Test
    void startsNothingOnceItIsClosed() throws IOException {
        try (Sandbox closing = Sandbox.open(1)) {
            Program script = closing.script("#!/bin/sh\nwhile :; do :; done\n", "/bin/sh");
            Running running = closing.start(script, args(), SMALL, Output.NONE);
            closing.backend().close();
            assertTrue(Sandbox.result(running).cancelled());
            assertEquals(RefusalCode.CLOSING, closing.refused(script, args()).code());
            closing.backend().close();
        }
    }

    @Test
    void secondRunnerCannotHaveTheSameFolder() {
        HostProbe.Probed probed = HostProbe.open(Settings.in(sandbox.folder().resolve("runner")));
        assertTrue(probed.toString().contains("another runner uses the folder"), probed::toString);
    }
}
