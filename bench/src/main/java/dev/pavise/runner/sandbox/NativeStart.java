package dev.pavise.runner.sandbox;

import dev.pavise.bench.tools.ProcessorTime;
import dev.pavise.bench.tools.SampleTool;
import dev.pavise.bench.tools.Samples;
import dev.pavise.runner.run.Ending;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * From the call to a tool's first byte and to its end: as a plain process, under bubblewrap in a few words, under bubblewrap with our
 * options but nothing of what is around it, and by the backend. Then runs in a second with several at once.
 * {@code NativeStart RUNS PAUSE_MS}.
 */
public final class NativeStart {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private NativeStart() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int runs = Integer.parseInt(args[0]);
        long pause = Long.parseLong(args[1]);
        Path folder = Files.createTempDirectory("pavise-bench").toRealPath();
        Settings settings =
                new Settings(folder.resolve("runner"), 8, 1 << 20, Settings.FREE_USERS, Settings.FREE_USERS);
        switch (HostProbe.open(settings)) {
            case HostProbe.Probed.Unfit(List<String> missing) -> System.err.println(String.join("\n", missing));
            case HostProbe.Probed.Fit(NativeBackend backend) -> {
                try (backend) {
                    for (Program tool : tools(folder)) {
                        compare(backend, tool, runs, pause);
                    }
                    System.out.println("\n| runs at once | runs in a second |\n|--:|--:|");
                    for (int atOnce : new int[] {1, 2, 4}) {
                        throughput(backend, tools(folder).getFirst(), atOnce, runs);
                    }
                }
            }
        }
        Staging.removeTree(folder);
    }

    private static List<Program> tools(Path folder) throws IOException {
        List<Program> tools = new ArrayList<>();
        if (System.getProperty("os.arch").equals("amd64")) {
            tools.add(SampleTool.of(folder, "static", SampleTool.elf()));
        }
        tools.add(SampleTool.script(folder, "shell", "#!/bin/sh\necho x\n", "/bin/sh"));
        if (Files.isExecutable(Path.of("/usr/bin/python3"))) {
            tools.add(SampleTool.script(folder, "python", "#!/usr/bin/python3 -IS\nprint('x')\n", "/usr/bin/python3"));
        }
        return tools;
    }

    @FunctionalInterface
    private interface Call {
        /** When the first byte came. */
        long make() throws IOException, InterruptedException;
    }

    private static void compare(NativeBackend backend, Program tool, int runs, long pause)
            throws IOException, InterruptedException {
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("plain process", () -> process(List.of(tool.content().toString())));
        calls.put("bubblewrap, `--unshare-all`", () -> process(few(tool)));
        calls.put("bubblewrap, our options", () -> process(ours(tool)));
        calls.put("the backend", () -> run(backend, tool));
        Map<String, Samples> first = new LinkedHashMap<>();
        Map<String, Samples> end = new LinkedHashMap<>();
        Map<String, double[]> spent = new LinkedHashMap<>();
        for (int run = -Math.max(5, runs / 10); run < runs; run++) {
            for (Map.Entry<String, Call> call : calls.entrySet()) {
                LockSupport.parkNanos(pause * 1_000_000);
                double children = ProcessorTime.children();
                long begin = System.nanoTime();
                long came = call.getValue().make();
                long ended = System.nanoTime();
                if (run >= 0) {
                    first.computeIfAbsent(call.getKey(), name -> new Samples(runs))
                            .add(begin, came);
                    end.computeIfAbsent(call.getKey(), name -> new Samples(runs))
                            .add(begin, ended);
                    spent.computeIfAbsent(call.getKey(), name -> new double[1])[0] +=
                            ProcessorTime.children() - children;
                }
            }
        }
        System.out.printf(
                "%n| `%s`, %d runs each in turn%s | first byte p50 ms | p99 | end p50 ms | p99 | CPU of its processes ms |%n"
                        + "|---|--:|--:|--:|--:|--:|%n",
                tool.content().getFileName(), runs, pause == 0 ? "" : ", " + pause + " ms between them");
        calls.keySet()
                .forEach(name -> System.out.printf(
                        Locale.ROOT,
                        "| %s | %s | %s | %.1f |%n",
                        name,
                        first.get(name).cells(),
                        end.get(name).cells(),
                        spent.get(name)[0] / runs));
    }

    /** What one would write who wants a sandbox quickly. */
    private static List<String> few(Program tool) {
        return List.of(
                "bwrap",
                "--unshare-all",
                "--ro-bind",
                "/",
                "/",
                "--proc",
                "/proc",
                tool.content().toString());
    }

    /** Ours, less what takes descriptors: the filter, the answer, and the content from memory. */
    private static List<String> ours(Program tool) throws IOException {
        List<GrantedPath> granted = new ArrayList<>();
        for (Path path : tool.grants().readOnly()) {
            granted.add(new GrantedPath(path.toRealPath(), path, false));
        }
        List<String> options = new ArrayList<>(
                Bubblewrap.options(SystemFolders.of(Path.of("/")), granted, Limits.DEFAULT, Map.of(), NoNetwork.NONE));
        for (String descriptor : List.of("--seccomp", "--json-status-fd")) {
            int at = options.indexOf(descriptor);
            options.subList(at, at + 2).clear();
        }
        int content = options.indexOf("--ro-bind-data");
        options.set(content, "--ro-bind");
        options.set(content + 1, tool.content().toString());
        int permissions = content - 2;
        options.subList(permissions, content).clear();
        options.addFirst("bwrap");
        options.addAll(List.of("--", Bubblewrap.TOOL));
        return options;
    }

    private static long process(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int one = process.getInputStream().read();
        long came = System.nanoTime();
        process.getInputStream().readAllBytes();
        if (process.waitFor() != 0 || one != 'x') {
            throw new IllegalStateException("the command failed: " + command);
        }
        return came;
    }

    private static long run(NativeBackend backend, Program tool) {
        AtomicLong came = new AtomicLong();
        Output output = (stream, chunk) -> came.compareAndSet(0, System.nanoTime());
        Start start = backend.start(tool, RunInput.of(PATIENCE), Limits.DEFAULT, output);
        if (start instanceof Start.Started(var running)
                && running.ending().join() instanceof Ending.Completed(RunResult result)
                && result.success()) {
            return came.get();
        }
        throw new IllegalStateException("the tool did not run: " + start);
    }

    private static void throughput(NativeBackend backend, Program tool, int atOnce, int runs)
            throws InterruptedException {
        CountDownLatch done = new CountDownLatch(atOnce);
        long begin = System.nanoTime();
        for (int thread = 0; thread < atOnce; thread++) {
            Thread.ofPlatform().start(() -> {
                for (int run = 0; run < runs / atOnce; run++) {
                    run(backend, tool);
                }
                done.countDown();
            });
        }
        done.await();
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(Locale.ROOT, "| %d | %.0f |%n", atOnce, runs / atOnce * atOnce / seconds);
    }
}
