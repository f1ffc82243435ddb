package dev.pavise.k8s.cli;

import dev.pavise.k8s.inject.config.InjectorConfig;
import dev.pavise.k8s.inject.config.InjectorConfigLoader;
import dev.pavise.k8s.webhook.WebhookServer;
import dev.pavise.logging.process.ReadyLine;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.LoadResult;
import dev.pavise.proxy.pem.BadMaterialException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pavise injector}: answers the API server's questions about pods until it is told to stop. */
@Command(
        name = "injector",
        mixinStandardHelpOptions = true,
        description =
                "Serves the webhook that puts a gateway into pods. Needs no rights in the cluster. SIGTERM drains and ends.",
        footer = {"", "Exit codes: 0 done, 1 refused or found wanting, 2 misuse."})
public final class InjectorCommand implements Callable<Integer> {
    private static final int DONE = 0;
    private static final int WANTING = 1;

    private final EnvironmentLookup environment;
    private final CountDownLatch stopped;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "injector.yaml",
            description = "The configuration; default: ${DEFAULT-VALUE}.")
    private Path config = Path.of("injector.yaml");

    @Option(names = "--check", description = "Looks whether it would start here, and ends.")
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
    public InjectorCommand(EnvironmentLookup environment, CountDownLatch stopped) {
        this.environment = environment;
        this.stopped = stopped;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (keys) {
            InjectorConfigLoader.keys().forEach(key -> out().println(key.line()));
            return DONE;
        }
        return switch (InjectorConfigLoader.load(config, environment)) {
            case LoadResult.Invalid<InjectorConfig> invalid -> {
                invalid.errors().forEach(spec.commandLine().getErr()::println);
                yield WANTING;
            }
            case LoadResult.Loaded<InjectorConfig>(InjectorConfig loaded) -> serve(loaded);
        };
    }

    private int serve(InjectorConfig loaded) throws InterruptedException {
        try (WebhookServer server = WebhookServer.start(loaded)) {
            if (check) {
                out().println("it would serve at " + server.address());
                return DONE;
            }
            out().println(ReadyLine.of("https://" + server.address().getHostString() + ":"
                    + server.address().getPort()));
            out().flush();
            stopped.await();
            return DONE;
        } catch (BadMaterialException e) {
            spec.commandLine().getErr().println("pavise: " + e.problem());
        } catch (IOException e) {
            spec.commandLine().getErr().println("pavise: " + e.getMessage());
        }
        return WANTING;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
