package dev.pavise.k8s.cli;

import dev.pavise.k8s.manager.Manager;
import dev.pavise.k8s.manager.StartFailure;
import dev.pavise.k8s.manager.config.ManagerConfig;
import dev.pavise.k8s.manager.config.ManagerConfigLoader;
import dev.pavise.logging.process.ReadyLine;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.LoadResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pavise manager}: looks after a cluster's Deployments and gateways until it is told to stop. */
@Command(
        name = "manager",
        mixinStandardHelpOptions = true,
        description =
                "Deploys, scales, heals and reports what it is given to look after, for gateways that prove themselves. SIGTERM drains and ends.",
        footer = {"", "Exit codes: 0 done, 1 refused or found wanting, 2 misuse."})
public final class ManagerCommand implements Callable<Integer> {
    private static final int DONE = 0;
    private static final int WANTING = 1;

    private final EnvironmentLookup environment;
    private final CountDownLatch stopped;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "manager.yaml",
            description = "The configuration; default: ${DEFAULT-VALUE}.")
    private Path config = Path.of("manager.yaml");

    @Option(
            names = "--check",
            description = "Looks whether the configuration can be honoured and the cluster be reached, and ends.")
    private boolean check;

    @Option(
            names = "--keys",
            description = "Prints every key of the configuration, with its default and what it is for.")
    private boolean keys;

    /**
     * With what it needs.
     *
     * @param stopped what is waited for while it serves
     */
    public ManagerCommand(EnvironmentLookup environment, CountDownLatch stopped) {
        this.environment = environment;
        this.stopped = stopped;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (keys) {
            ManagerConfigLoader.keys().forEach(key -> out().println(key.line()));
            return DONE;
        }
        return switch (ManagerConfigLoader.load(config, environment)) {
            case LoadResult.Invalid<ManagerConfig> invalid -> {
                invalid.errors().forEach(spec.commandLine().getErr()::println);
                yield WANTING;
            }
            case LoadResult.Loaded<ManagerConfig>(ManagerConfig loaded) -> start(loaded);
        };
    }

    private int start(ManagerConfig loaded) throws InterruptedException {
        try {
            if (check) {
                out().println(Manager.check(loaded));
                return DONE;
            }
            try (Manager manager = Manager.start(loaded)) {
                serve(manager);
            }
            return DONE;
        } catch (StartFailure failure) {
            spec.commandLine().getErr().println("pavise: " + failure.problem());
            return WANTING;
        }
    }

    private void serve(Manager manager) throws InterruptedException {
        out().println(ReadyLine.of(manager.url()));
        out().flush();
        stopped.await();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
