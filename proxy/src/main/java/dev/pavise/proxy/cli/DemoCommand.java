package dev.pavise.proxy.cli;

import dev.pavise.logging.LogLevel;
import dev.pavise.logging.StderrLogging;
import dev.pavise.logging.process.StopSignals;
import dev.pavise.proxy.demo.Demo;
import dev.pavise.proxy.demo.DemoCheck;
import dev.pavise.proxy.demo.DemoFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise demo}: a gateway in front of a small agent runtime, to look at or, with {@code --check}, to play through by itself. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Shows the gateway in front of a small agent runtime, on loopback.")
final class DemoCommand implements Callable<Integer> {
    private static final int DEFAULT_PORT = 8443;

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--check", description = "Plays its six beats, prints one line for each, and ends with 0 or 1.")
    private boolean check;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Where the gateway listens (default: 8443; with --check any free one).")
    private @Nullable Integer port;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where its files go (default: data/demo; with --check a temporary folder).")
    private @Nullable Path dataDir;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text (default) or json, for --check.")
    private ResultFormat output = ResultFormat.TEXT;

    DemoCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (port != null && (port < 0 || port > 65_535)) {
            throw CommandFailure.misuse("--port `" + port + "` does not lie between 0 and 65535");
        }
        // What the demonstration shows is told on standard output; the log would only get in between.
        StderrLogging.defaultTo(check ? LogLevel.ERROR : LogLevel.WARN);
        Path folder = dataDir == null ? null : surroundings.resolve(dataDir);
        try {
            return check ? play(folder) : show(folder);
        } catch (DemoFailure failure) {
            throw CommandFailure.wanting(String.valueOf(failure.getMessage()));
        }
    }

    private int show(@Nullable Path folder) throws IOException, InterruptedException, DemoFailure {
        CountDownLatch stopped = StopSignals.on("TERM", "INT");
        Path place = folder == null ? surroundings.resolve(Path.of("data", "demo")) : folder;
        try (Demo demo = Demo.start(place, port == null ? DEFAULT_PORT : port)) {
            out().print(demo.guide());
            out().flush();
            stopped.await();
            return ExitCode.DONE;
        }
    }

    private int play(@Nullable Path folder) throws IOException, InterruptedException, DemoFailure {
        DemoCheck played = new DemoCheck(this::tell);
        List<DemoCheck.Beat> beats = played.play(folder, port == null ? 0 : port);
        return beats.stream().allMatch(DemoCheck.Beat::passed) ? ExitCode.DONE : ExitCode.WANTING;
    }

    private void tell(DemoCheck.Beat beat) {
        if (output == ResultFormat.JSON) {
            out().println(JsonMapper.shared().writeValueAsString(beat));
        } else {
            out().printf("%s  %-38s %s%n", beat.passed() ? "ok    " : "FAILED", beat.name(), beat.seen());
        }
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
