package dev.pavise.proxy.cli;

import dev.pavise.proxy.config.ConfigError;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.ConfigWatch;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.logging.LogLevel;
import dev.pavise.proxy.server.ProxyServer;
import dev.pavise.proxy.server.StartFailure;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code pavise gateway}: serves until it is told to stop. {@code SIGTERM} drains and ends with 0, {@code SIGHUP} and changed files bring in
 * a new configuration, whole or not at all.
 */
@Command(
        name = "gateway",
        aliases = "serve",
        mixinStandardHelpOptions = true,
        description = "Serves what the configuration says. SIGHUP reloads, SIGTERM drains and ends.")
final class GatewayCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(GatewayCommand.class);
    private static final Duration LOOK_FOR_CHANGES = Duration.ofSeconds(1);

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
        refuseUnknownLevel();
        UntilStopped stopped = new UntilStopped();
        try (ConfigWatch watch = new ConfigWatch(() -> source.load(surroundings, port))) {
            return switch (watch.load()) {
                case ConfigResult.Invalid invalid -> refuse(invalid.errors());
                case ConfigResult.Loaded loaded -> serve(loaded.config(), watch, stopped);
            };
        }
    }

    private int serve(GatewayConfig config, ConfigWatch watch, UntilStopped stopped) throws InterruptedException {
        try (ProxyServer server = ProxyServer.start(config, surroundings.environment())) {
            watch.start(LOOK_FOR_CHANGES, new Reloads(server));
            Signals.on("HUP", () -> reload(watch));
            ready(server);
            stopped.await();
            return ExitCode.DONE;
        } catch (StartFailure failure) {
            throw CommandFailure.wanting(String.valueOf(failure.getMessage()));
        }
    }

    private void ready(ProxyServer server) {
        long millis = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        spec.commandLine().getOut().println("ready " + server.url() + " in " + millis + " ms");
    }

    private static void reload(ConfigWatch watch) {
        try {
            watch.reload();
        } catch (RuntimeException e) {
            log.error("the configuration could not be put in force; the old one stays", e);
        }
    }

    private int refuse(List<ConfigError> errors) {
        errors.forEach(error -> spec.commandLine().getErr().println(error));
        return ExitCode.WANTING;
    }

    private void refuseUnknownLevel() {
        String level = surroundings.environment().get("PAVISE_LOG_LEVEL");
        if (level != null && LogLevel.named(level).isEmpty()) {
            throw CommandFailure.misuse(
                    "PAVISE_LOG_LEVEL `" + level + "` is none of trace, debug, info, warn, error, off");
        }
    }

    /** Hands what the watch sees to the server. */
    private record Reloads(ProxyServer server) implements ConfigWatch.Listener {
        @Override
        public void changed(GatewayConfig config) {
            server.reload(config);
        }

        @Override
        public void invalid(List<ConfigError> errors) {
            server.refuseReload(errors);
        }
    }
}
