package dev.pavise.proxy.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pavise gateway} with its help and its error messages; see {@link GatewayArguments} for the short way in. */
@Command(
        name = "gateway",
        aliases = "serve",
        mixinStandardHelpOptions = true,
        description = "Serves what the configuration says. SIGHUP reloads, SIGTERM drains and ends.")
final class GatewayCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigSource source = new ConfigSource();

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Goes before the port of listen.https; 0 for any free one.")
    private @Nullable Integer port;

    GatewayCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        return new GatewayRun(
                        surroundings,
                        source.choice(port),
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr())
                .run();
    }
}
