package dev.pavise.bench.tools;

import dev.pavise.runner.run.Backend;
import dev.pavise.runner.run.Ending;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Start;
import dev.pavise.runner.sandbox.Census;
import dev.pavise.runner.sandbox.HostProbe;
import dev.pavise.runner.sandbox.Settings;
import dev.pavise.runner.wasm.WasmBackend;
import dev.pavise.runner.wasm.WasmSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Runs that end in every way there is, four at a time, and a census before, after, and when the backend is closed. Fails where a run did
 * not end as it should, or where more is there after them than before. {@code LeakCheck RUNS}.
 */
public final class LeakCheck {
    private static final int AT_ONCE = 4;
    private static final long MIB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A way to end: what runs, how long it may take, and how its result is known. */
    private record Kind(String name, Program tool, Limits limits, boolean cancelled, Predicate<RunResult> ends) {}

    private final Backend backend;
    private final Path folder;
    private final List<Kind> kinds;
    private final AtomicReference<String> wrong = new AtomicReference<>();

    private LeakCheck(Backend backend, Path folder, List<Kind> kinds) {
        this.backend = backend;
        this.folder = folder;
        this.kinds = kinds;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int runs = Integer.parseInt(args[0]);
        Path work = Files.createTempDirectory("pavise-leak").toRealPath();
        Path tools = Files.createDirectory(work.resolve("tools"));
        Path temporary = Files.createDirectory(work.resolve("temporary"));
        System.setProperty("java.io.tmpdir", temporary.toString());
        boolean clean = true;
        Path runner = work.resolve("runner");
        Settings settings = new Settings(runner, AT_ONCE, MIB, Settings.FREE_USERS, Settings.FREE_USERS);
        switch (HostProbe.open(settings)) {
            case HostProbe.Probed.Unfit(List<String> missing) -> {
                System.err.println("no native runs: " + String.join("; ", missing));
                clean = false;
            }
            case HostProbe.Probed.Fit(var backend) ->
                clean = new LeakCheck(backend, runner, natives(tools)).check("native", runs);
        }
        WasmBackend wasm = new WasmBackend(WasmSettings.ofHeap(), InstantSource.system(), System::nanoTime);
        clean &= new LeakCheck(wasm, runner, modules(tools)).check("WebAssembly", runs);
        System.out.println(clean ? "\nNothing was left." : "\nSomething was left, or ended otherwise than it should.");
        try (var all = Files.walk(work)) {
            all.sorted(java.util.Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        }
        System.exit(clean ? 0 : 1);
    }

    private static Limits limits(Duration wall, Duration cpu) {
        return new Limits(16 * MIB, cpu, wall, MIB, 4096, MIB / 4, 24, 32);
    }

    private static List<Kind> natives(Path tools) throws IOException {
        Limits wide = limits(PATIENCE, PATIENCE);
        Limits brief = limits(Duration.ofMillis(150), PATIENCE);
        String doubling = "x=xxxxxxxxxxxxxxxx; while :; do x=$x$x$x$x; done";
        return List.of(
                shell(tools, "success", "echo x", wide, RunResult::success),
                shell(tools, "exit code", "exit 3", wide, result -> result.exitCode() == 3),
                shell(
                        tools,
                        "children left",
                        "(while :; do :; done) & (trap '' TERM; while :; do :; done) & echo x",
                        wide,
                        RunResult::success),
                shell(tools, "file in scratch", "echo x >/tmp/x; echo x >/tmp/y", wide, RunResult::success),
                shell(tools, "time", "trap '' TERM; while :; do read -r x; done", brief, violates("TIMEOUT")),
                shell(tools, "memory", doubling, wide, violates("MEMORY")),
                shell(
                        tools,
                        "output",
                        "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done",
                        wide,
                        violates("OUTPUT")),
                new Kind(
                        "cancelled",
                        shell(tools, "cancelled", "while :; do :; done", wide, RunResult::cancelled)
                                .tool(),
                        wide,
                        true,
                        RunResult::cancelled));
    }

    private static Kind shell(Path tools, String name, String script, Limits limits, Predicate<RunResult> ends)
            throws IOException {
        Program tool = SampleTool.script(tools, name.replace(' ', '-'), "#!/bin/sh\n" + script + "\n", "/bin/sh");
        return new Kind(name, tool, limits, false, ends);
    }

    private static List<Kind> modules(Path tools) throws IOException {
        Limits wide = limits(PATIENCE, PATIENCE);
        return List.of(
                module(tools, "success", SampleModule.HELLO, wide, RunResult::success),
                module(tools, "exit code", SampleModule.EXIT, wide, result -> result.exitCode() == 3),
                module(tools, "trap", SampleModule.TRAP, wide, result -> result.exitCode() == 134),
                module(
                        tools,
                        "time",
                        SampleModule.ENDLESS,
                        limits(Duration.ofMillis(30), PATIENCE),
                        violates("TIMEOUT")),
                module(tools, "CPU", SampleModule.ENDLESS, limits(PATIENCE, Duration.ofMillis(20)), violates("CPU")),
                module(tools, "memory", SampleModule.GROW, wide, violates("MEMORY")),
                module(tools, "output", SampleModule.FLOOD, wide, violates("OUTPUT")),
                new Kind(
                        "cancelled",
                        module(tools, "cancelled", SampleModule.ENDLESS, wide, RunResult::cancelled)
                                .tool(),
                        wide,
                        true,
                        RunResult::cancelled));
    }

    private static Kind module(Path tools, String name, byte[] module, Limits limits, Predicate<RunResult> ends)
            throws IOException {
        return new Kind(name, SampleTool.of(tools, "module-" + name.replace(' ', '-'), module), limits, false, ends);
    }

    private static Predicate<RunResult> violates(String violation) {
        return result -> result.violations().stream().anyMatch(one -> one.name().equals(violation));
    }

    private boolean check(String what, int runs) throws IOException, InterruptedException {
        run(Math.max(4 * kinds.size(), runs / 20)); // classes, compilers, threads that stay
        Map<String, Long> before = rest();
        long begin = System.nanoTime();
        run(runs);
        double seconds = (System.nanoTime() - begin) / 1e9;
        Map<String, Long> after = rest();
        backend.close();
        Map<String, Long> closed = rest();
        System.out.printf(
                "%n%d runs (%s), %d at once, in %.0f s: %s%n%n| %s | before | after | closed |%n|---|--:|--:|--:|%n",
                runs,
                what,
                AT_ONCE,
                seconds,
                String.join(", ", kinds.stream().map(Kind::name).toList()),
                what);
        boolean clean = wrong.get() == null;
        for (String name : before.keySet()) {
            long left = after.get(name) - before.get(name);
            clean &= left <= (name.equals("live heap, KiB") ? 5_000 : name.startsWith("RSS") ? 200_000 : 0);
            System.out.printf("| %s | %d | %d | %d |%n", name, before.get(name), after.get(name), closed.get(name));
        }
        if (wrong.get() != null) {
            System.out.println("\nnot as it should: " + wrong.get());
        }
        return clean;
    }

    /** The census once threads and places that are on their way out or in have settled: the same twice, a while apart. */
    private Map<String, Long> rest() throws IOException {
        Map<String, Long> last = Map.of();
        for (int tries = 0; tries < 40; tries++) {
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            Map<String, Long> now = Census.take(folder);
            if (counts(now).equals(counts(last))) {
                return now;
            }
            last = now;
        }
        return last;
    }

    private static Map<String, Long> counts(Map<String, Long> census) {
        Map<String, Long> counts = new TreeMap<>(census);
        counts.keySet().removeIf(name -> name.endsWith("KiB"));
        return counts;
    }

    private void run(int runs) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(AT_ONCE);
        for (int thread = 0; thread < AT_ONCE; thread++) {
            Thread.ofPlatform().start(() -> {
                try {
                    for (int run = next.getAndIncrement(); run < runs; run = next.getAndIncrement()) {
                        one(kinds.get(run % kinds.size()));
                        if (run % 1000 == 999) {
                            System.err.println(run + 1 + " runs");
                        }
                    }
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
    }

    private void one(Kind kind) {
        CountDownLatch wrote = new CountDownLatch(1);
        Output output = (stream, chunk) -> wrote.countDown();
        Start start = backend.start(kind.tool(), RunInput.of(PATIENCE), kind.limits(), output);
        if (!(start instanceof Start.Started(Running running))) {
            wrong.compareAndSet(null, kind.name() + ": " + start);
            return;
        }
        if (kind.cancelled()) {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            running.cancel();
        }
        Ending ending = running.ending().join();
        if (!(ending instanceof Ending.Completed(RunResult result)
                && kind.ends().test(result))) {
            wrong.compareAndSet(null, kind.name() + ": " + ending);
        }
    }
}
