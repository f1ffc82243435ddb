package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * How long it takes from the call to the first byte of a tool and to its end, beside the same script as a plain process and under plain
 * bubblewrap; runs in a second with several at once; and what is left after all of them. Not a test: {@code NativeStartBench RUNS [PAUSE_MS]}.
 */
final class NativeStartBench {
    private static final String SCRIPT = "#!/bin/sh\necho x\n";
    private static final List<String> PLAIN = List.of(
            "bwrap",
            "--unshare-all",
            "--die-with-parent",
            "--new-session",
            "--ro-bind",
            "/usr",
            "/usr",
            "--symlink",
            "usr/lib",
            "/lib",
            "--symlink",
            "usr/lib64",
            "/lib64",
            "--symlink",
            "usr/bin",
            "/bin",
            "--proc",
            "/proc",
            "--dev",
            "/dev",
            "--tmpfs",
            "/tmp");

    private NativeStartBench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int runs = Integer.parseInt(args[0]);
        long pause = args.length > 1 ? Long.parseLong(args[1]) : 0;
        try (Sandbox sandbox = Sandbox.open(8)) {
            Program program = sandbox.script(SCRIPT, new Grants(Set.of(Path.of("/bin/sh")), Set.of(), List.of()));
            Path script = program.content();
            List<String> bubblewrap = new ArrayList<>(PLAIN);
            bubblewrap.addAll(List.of("--ro-bind", script.toString(), "/tool", "/bin/sh", "/tool"));
            long descriptors = count("/proc/self/fd");
            for (int round = 0; round < 2; round++) {
                measure("plain process", runs, pause, () -> process(List.of("/bin/sh", script.toString())));
                measure("plain bubblewrap", runs, pause, () -> process(bubblewrap));
                measure("native backend", runs, pause, () -> tool(sandbox, program));
            }
            for (int atOnce : new int[] {1, 2, 4}) {
                throughput(sandbox, program, atOnce, runs);
            }
            System.out.printf(
                    "left: %d descriptors, %s cgroups, %d folders, %d threads%n",
                    count("/proc/self/fd") - descriptors,
                    CgroupsSeen.runs(sandbox.folder().resolve("runner")).size(),
                    count(sandbox.folder().resolve("runner/runs").toString()),
                    Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().startsWith("run-"))
                            .count());
        }
    }

    @FunctionalInterface
    private interface Call {
        /** When the first byte came, in nanoseconds of the clock. */
        long make() throws IOException, InterruptedException;
    }

    private static void measure(String what, int runs, long pause, Call call) throws IOException, InterruptedException {
        double[] first = new double[runs];
        double[] end = new double[runs];
        for (int run = -runs / 5; run < runs; run++) {
            LockSupport.parkNanos(pause * 1_000_000);
            long begin = System.nanoTime();
            long byteCame = call.make();
            if (run >= 0) {
                first[run] = (byteCame - begin) / 1e6;
                end[run] = (System.nanoTime() - begin) / 1e6;
            }
        }
        Arrays.sort(first);
        Arrays.sort(end);
        System.out.printf(
                "%-17s first byte p50 %5.1f p99 %5.1f ms, end p50 %5.1f p99 %5.1f ms%n",
                what, first[runs / 2], first[runs * 99 / 100], end[runs / 2], end[runs * 99 / 100]);
    }

    private static long process(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().read();
        long came = System.nanoTime();
        process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("the command failed: " + command);
        }
        return came;
    }

    private static long tool(Sandbox sandbox, Program program) {
        long[] came = new long[1];
        Output output = (stream, chunk) -> came[0] = System.nanoTime();
        Running running = sandbox.start(program, Sandbox.args(), Limits.DEFAULT, output);
        if (!Sandbox.result(running).success()) {
            throw new IllegalStateException("the tool failed");
        }
        return came[0];
    }

    private static void throughput(Sandbox sandbox, Program program, int atOnce, int runs) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(atOnce);
        long begin = System.nanoTime();
        for (int thread = 0; thread < atOnce; thread++) {
            Thread.ofPlatform().start(() -> {
                for (int run = 0; run < runs / atOnce; run++) {
                    tool(sandbox, program);
                }
                done.countDown();
            });
        }
        done.await();
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf("%d at once: %.0f runs in a second%n", atOnce, runs / atOnce * atOnce / seconds);
    }

    private static long count(String folder) throws IOException {
        try (Stream<Path> all = Files.list(Path.of(folder))) {
            return all.count();
        }
    }
}
