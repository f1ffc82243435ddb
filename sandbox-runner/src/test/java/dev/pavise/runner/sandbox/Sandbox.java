package dev.pavise.runner.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Ending;
import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.OutputHash;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Start;
import dev.pavise.runner.run.Unsigned;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real backend in a folder of its own, and programs to run in it. Where the host cannot hold what the backend promises the tests are
 * skipped, which the build shows; where CI is set in the environment they fail.
 */
final class Sandbox implements AutoCloseable {
    static final long MIB = 1024 * 1024;

    /** Small enough that nothing that fails here hurts the machine. */
    static final Limits SMALL =
            new Limits(48 * MIB, Duration.ofSeconds(3), Duration.ofSeconds(10), 4 * MIB, (int) MIB, 4 * MIB, 24, 64);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path folder;
    private final NativeBackend backend;

    private Sandbox(Path folder, NativeBackend backend) {
        this.folder = folder;
        this.backend = backend;
    }

    static Sandbox open() throws IOException {
        return open(4);
    }

    static Sandbox open(int runs) throws IOException {
        Path folder = Files.createTempDirectory("pavise-sandbox").toRealPath();
        Settings settings =
                new Settings(folder.resolve("runner"), runs, 16 * MIB, Settings.FREE_USERS, Settings.FREE_USERS);
        return switch (HostProbe.open(settings)) {
            case HostProbe.Probed.Fit(NativeBackend backend) -> new Sandbox(folder, backend);
            case HostProbe.Probed.Unfit(List<String> missing) -> {
                Staging.removeTree(folder);
                String text = "this host cannot hold a sandbox: " + String.join("; ", missing);
                yield !text.contains("no cgroup can be made") && plainBubblewrapWorks() ? fail(text) : skip(text);
            }
        };
    }

    /** Skips the test where this program is not installed. */
    static void need(String program, String from) {
        if (!Files.isExecutable(Path.of(program))) {
            skip("`" + program + "` is not installed; it comes with the package " + from);
        }
    }

    /** Whether root could have one here, so that the fault is ours. */
    private static boolean plainBubblewrapWorks() throws IOException {
        try {
            return Users.own() == 0
                    && new ProcessBuilder(
                                            "setpriv",
                                            "--reuid=65534",
                                            "--regid=65534",
                                            "--clear-groups",
                                            "bwrap",
                                            "--unshare-all",
                                            "--ro-bind",
                                            "/",
                                            "/",
                                            "--proc",
                                            "/proc",
                                            "true")
                                    .start()
                                    .waitFor()
                            == 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What cannot be tried on this host. */
    static <T> T skip(String reason) {
        return System.getenv("CI") == null ? abort(reason) : fail(reason);
    }

    /** A folder of the test's own, beside the runner's. */
    Path folder() {
        return folder;
    }

    NativeBackend backend() {
        return backend;
    }

    /** The program that tries to get out. */
    Program probe() throws IOException, InterruptedException {
        need("/usr/bin/gcc", "gcc, with libc6-dev");
        Path program = folder.resolve("probe");
        if (!Files.exists(program)) {
            Path source = folder.resolve("probe.c");
            try (InputStream code = Sandbox.class.getResourceAsStream("probe.c")) {
                Files.copy(code, source);
            }
            Process compiler = new ProcessBuilder("gcc", "-O1", "-o", program.toString(), source.toString())
                    .inheritIO()
                    .start();
            if (compiler.waitFor() != 0) {
                fail("the probe does not compile");
            }
        }
        return program("probe", program, Grants.NONE);
    }

    Program script(String text, String... readOnly) throws IOException {
        return script(text, new Grants(paths(readOnly), Set.of(), List.of()));
    }

    Program script(String text, Grants grants) throws IOException {
        Path file = Files.createTempFile(folder, "script", "");
        Files.writeString(file, text);
        return program("script", file, grants);
    }

    static Set<Path> paths(String... paths) {
        return Stream.of(paths).map(Path::of).collect(Collectors.toSet());
    }

    static Program program(String name, Path content, Grants grants) throws IOException {
        byte[] digest = OutputHash.sha256().digest(Files.readAllBytes(content));
        return Unsigned.program(name, content, HexFormat.of().formatHex(digest), grants);
    }

    static RunInput args(String... args) {
        return RunInput.of(PATIENCE, args);
    }

    static RunInput stdin(String text) {
        return new RunInput(List.of(), Bytes.of(text), Map.of(), PATIENCE);
    }

    RunResult run(Program program, RunInput input) {
        return run(program, input, SMALL);
    }

    RunResult run(Program program, RunInput input, Limits limits) {
        return result(start(program, input, limits, Output.NONE));
    }

    Running start(Program program, RunInput input, Limits limits, Output output) {
        Start start = backend.start(program, input, limits, output);
        return assertInstanceOf(Start.Started.class, start, start::toString).running();
    }

    Refusal refused(Program program, RunInput input) {
        Start start = backend.start(program, input, SMALL, Output.NONE);
        return assertInstanceOf(Start.Refused.class, start, start::toString).refusal();
    }

    /** Waits until nothing is left of runs, in no cgroup and no folder; what stands ready for runs to come is nothing of a run. */
    void awaitNothingLeft() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Set<String> left = left();
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
            left = left();
        }
        assertEquals(Set.of(), left);
    }

    private Set<String> left() throws IOException {
        Set<String> left = new TreeSet<>();
        Path runner = folder.resolve("runner");
        CgroupsSeen.runs(runner).forEach(run -> left.add(run.getFileName().toString()));
        try (Stream<Path> all = Files.list(runner.resolve("runs"))) {
            all.forEach(run -> left.add(run.getFileName().toString()));
        }
        left.removeAll(backend.ready());
        return left;
    }

    static RunResult result(Running running) {
        Ending ending = running.ending().join();
        return assertInstanceOf(Ending.Completed.class, ending, ending::toString)
                .result();
    }

    static String text(RunResult result) {
        return result.stdout().text() + result.stderr().text();
    }

    @Override
    public void close() throws IOException {
        backend.close();
        Staging.removeTree(folder);
    }
}
