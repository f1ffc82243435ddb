package dev.pavise.runner;

import dev.pavise.logging.process.ReadyLine;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.LoadResult;
import dev.pavise.policy.tool.ToolKind;
import dev.pavise.runner.config.RunnerConfig;
import dev.pavise.runner.config.RunnerConfigLoader;
import dev.pavise.runner.run.Backend;
import dev.pavise.runner.server.RunnerServer;
import dev.pavise.runner.server.StartFailure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pavise runner}: runs tools for gateways until it is told to stop. */
@Command(
        name = "pavise runner",
        mixinStandardHelpOptions = true,
        description =
                "Runs signed tools in a sandbox, for gateways that show a certificate with a pinned name. SIGTERM drains and ends.",
        footer = {"", "Exit codes: 0 done, 1 refused or found wanting, 2 misuse."})
final class RunnerCommand implements Callable<Integer> {
    static final int DONE = 0;
    static final int WANTING = 1;
    static final int MISUSE = 2;

    private final Backends backends;
    private final EnvironmentLookup environment;
    private final CountDownLatch stopped;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "runner.yaml",
            description = "The configuration; default: ${DEFAULT-VALUE}.")
    private Path config = Path.of("runner.yaml");

    @Option(names = "--check", description = "Looks whether it would start here, backends included, and ends.")
    private boolean check;

    @Option(
            names = "--keys",
            description = "Prints every key of the configuration, with its default and what it is for.")
    private boolean keys;

    /** @param stopped what is waited for while it serves */
    RunnerCommand(Backends backends, EnvironmentLookup environment, CountDownLatch stopped) {
        this.backends = backends;
        this.environment = environment;
        this.stopped = stopped;
    }

    static int run(RunnerCommand command, PrintWriter out, PrintWriter err, String... arguments) {
        int code = new CommandLine(command)
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(RunnerCommand::misused)
                .execute(arguments);
        out.flush();
        err.flush();
        return code;
    }

    private static int misused(ParameterException misuse, String[] arguments) {
        PrintWriter err = misuse.getCommandLine().getErr();
        err.println("pavise: " + misuse.getMessage());
        err.println("see: pavise runner --help");
        return MISUSE;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (keys) {
            RunnerConfigLoader.keys().forEach(key -> out().println(key.line()));
            return DONE;
        }
        return switch (RunnerConfigLoader.load(config, environment)) {
            case LoadResult.Invalid<RunnerConfig> invalid -> {
                invalid.errors().forEach(spec.commandLine().getErr()::println);
                yield WANTING;
            }
            case LoadResult.Loaded<RunnerConfig>(RunnerConfig loaded) -> start(loaded);
        };
    }

    private int start(RunnerConfig loaded) throws InterruptedException {
        try {
            Map<ToolKind, Backend> opened = backends.open(loaded);
            try (RunnerServer server = RunnerServer.start(loaded, opened, InstantSource.system())) {
                if (check) {
                    out().println("it would serve at " + server.url());
                } else {
                    serve(server);
                }
            }
            return DONE;
        } catch (StartFailure failure) {
            spec.commandLine().getErr().println("pavise: " + failure.problem());
            return WANTING;
        }
    }

    private void serve(RunnerServer server) throws InterruptedException {
        out().println(ReadyLine.of(server.url()));
        out().flush();
        stopped.await();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
